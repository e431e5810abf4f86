/** An output of esbuild, as its metafile has it. */
interface Output {
  entryPoint?: string;
  cssBundle?: string;
  imports: { path: string; kind: string }[];
}
type Part = "start" | "session" | "code" | "editor" | "language";
export const LIMITS: Record<Part, number>;
export function measured<Outputs extends Record<string, Output>>(
  outputs: Outputs,
  sizeOf: (name: Extract<keyof Outputs, string>) => number,
): Record<Part, number>;
export function tooLarge(sizes: Record<Part, number>): string[];
