import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
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

  it("are in folders of which none comes back to itself by its imports", async () => {
    const imports = new Map<string, Set<string>>();
    for (const [name, text] of await sources()) {
      const [folder = ""] = name.split(sep);
      for (const [, path = ""] of text.matchAll(/from "(\.[^"]+)"/g)) {
        const [other = ""] = join(name, "..", path).split(sep);
        imports.set(folder, (imports.get(folder) ?? new Set()).add(other));
      }
    }
    expect(imports.get("documents")).toContain("session");
    const below = (folder: string): Set<string> => {
      const found = new Set<string>();
      const left = [folder];
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        for (const other of imports.get(next) ?? []) {
          if (other !== next && !found.has(other)) {
            found.add(other);
            left.push(other);
          }
        }
      }
      return found;
    };
    expect([...imports.keys()].filter((folder) => below(folder).has(folder))).toEqual([]);
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
