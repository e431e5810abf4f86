// The sizes of the built page.
import { describe, expect, it } from "vitest";
import { LIMITS, measured, tooLarge } from "../sizes.mjs";

const statement = (path: string) => ({ path, kind: "import-statement" });
const later = (path: string) => ({ path, kind: "dynamic-import" });
const OUTPUTS = {
  main: {
    entryPoint: "src/main.tsx",
    imports: [statement("base"), later("enter")],
    cssBundle: "css",
  },
  enter: { entryPoint: "src/session/enter.tsx", imports: [statement("base"), later("parts")] },
  parts: { entryPoint: "src/code/parts.ts", imports: [statement("base"), later("editor")] },
  editor: { entryPoint: "src/editor/index.ts", imports: [statement("base"), statement("yjs")] },
  python: {
    entryPoint: "../node_modules/@codemirror/lang-python/dist/index.js",
    imports: [statement("yjs"), statement("parser")],
  },
  base: { imports: [] },
  yjs: { imports: [] },
  parser: { imports: [] },
  css: { imports: [] },
};
const SIZES = {
  main: 1,
  base: 10,
  css: 100,
  enter: 1000,
  parts: 5,
  editor: 7,
  yjs: 20,
  python: 3,
  parser: 4,
};

describe("the sizes", () => {
  it("count everything that is loaded by then, and nothing twice", () => {
    const sizes = measured(OUTPUTS, (name: keyof typeof SIZES) => SIZES[name]);
    expect(sizes).toEqual({ start: 111, session: 1111, code: 5, editor: 27, language: 7 });
  });

  it("are refused beyond their limits", () => {
    expect(tooLarge({ ...LIMITS })).toEqual([]);
    expect(tooLarge({ ...LIMITS, session: LIMITS.session + 1 })).toEqual([
      "the session is 60001 bytes compressed; the most is 60000",
    ]);
  });
});
