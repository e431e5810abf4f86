/** What esbuild's metafile says of a bundle. */
interface Metafile {
  inputs: Record<string, unknown>;
}
export function notices(metafiles: readonly Metafile[], folder: string): string;
