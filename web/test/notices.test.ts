// The notices of what a bundle contains.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { notices } from "../notices.mjs";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "notices-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function install(name: string, license: string, files: Record<string, string>): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", license }));
  for (const [file, text] of Object.entries(files)) {
    write(`node_modules/${name}/${file}`, text);
  }
}

function of(...inputs: string[]): string {
  return notices([{ inputs: Object.fromEntries(inputs.map((input) => [input, {}])) }], folder);
}

it("are those of each package, once, with all that its licence says", () => {
  install("@scope/b", "MIT", { LICENSE: "By B.\n" });
  install("a", "Apache-2.0", { "LICENSE.md": "By A.\n", NOTICE: "And others." });
  // It says that the files of a folder are modules, and is no package.
  write("node_modules/a/dist/package.json", JSON.stringify({ type: "module" }));
  install("unused", "GPL-3.0", { LICENSE: "" });
  const line = "=".repeat(80);
  expect(
    of(
      "src/main.ts",
      "node_modules/@scope/b/index.js",
      "node_modules/a/dist/deep/x.js",
      "node_modules/a/y.js",
    ),
  ).toBe(
    `@scope/b 1.0.0 (MIT)\n\nBy B.\n\n${line}\n\na 1.0.0 (Apache-2.0)\n\nBy A.\n\nAnd others.\n`,
  );
});

it("are refused for a licence that asks for more", () => {
  install("a", "GPL-3.0", { LICENSE: "GNU" });
  expect(() => of("node_modules/a/x.js")).toThrow("a 1.0.0 has the licence GPL-3.0");
});

it("are refused for a package without the text of its licence", () => {
  install("a", "MIT", { "README.md": "MIT" });
  expect(() => of("node_modules/a/x.js")).toThrow("without the text of its licence");
});
