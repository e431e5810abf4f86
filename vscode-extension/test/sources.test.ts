import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

describe("the sources", () => {
  it("run nothing that nobody awaits but under supervision", async () => {
    const found: string[] = [];
    for (const [name, text] of await sources()) {
      const patterns = [
        // Promises are held by the linter; VS Code's own events and Thenables it does not know.
        /\b(?:window|workspace|view|webview|picker|token|env)(?:\.\w+)*\.on(?:Did|Will|Cancel)\w+\(/g,
        /[;{]\n\s*(?:window\.show\w+|commands\.executeCommand|env\.openExternal|env\.clipboard\.\w+)\(/g,
        /setTimeout\((?!\s*(?:guard\(|resolve\b|\(\) => (?:stop|resolve)\())/g,
        /setInterval\(/g,
      ];
      for (const pattern of patterns) {
        found.push(...[...text.matchAll(pattern)].map(([match]) => `${name}: ${match.trim()}`));
      }
    }
    expect(found).toEqual([]);
  });
});

async function sources(): Promise<[string, string][]> {
  const folder = join(import.meta.dirname, "..", "src");
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  expect(names).toContain(join("bridge", "launcher.ts"));
  return Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const),
  ) as Promise<[string, string][]>;
}
