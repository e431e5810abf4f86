import { describe, expect, it } from "vitest";
import { asPlace, findReferences, isWorkspacePath, writePlace } from "../../model/references";

function found(text: string): unknown[] {
  return findReferences(text).map(({ start, end, ...place }) => ({
    ...place,
    text: text.slice(start, end),
  }));
}

describe("findReferences", () => {
  it.each([
    ["see src/cart.py:20 there", { file: "src/cart.py", line: 20, text: "src/cart.py:20" }],
    ["(src/cart.py:20)", { file: "src/cart.py", line: 20, text: "src/cart.py:20" }],
    ["a.ts:3:7.", { file: "a.ts", line: 3, column: 7, text: "a.ts:3:7" }],
    ["a.ts:3-9,", { file: "a.ts", line: 3, endLine: 9, text: "a.ts:3-9" }],
    ["a.ts#L3-L9", { file: "a.ts", line: 3, endLine: 9, text: "a.ts#L3-L9" }],
    [
      "./lib/x-y_z.test.tsx:1",
      { file: "lib/x-y_z.test.tsx", line: 1, text: "./lib/x-y_z.test.tsx:1" },
    ],
    ["Makefile:12", { file: "Makefile", line: 12, text: "Makefile:12" }],
    ["docs/größe.md:4", { file: "docs/größe.md", line: 4, text: "docs/größe.md:4" }],
    [".env.local:2", { file: ".env.local", line: 2, text: ".env.local:2" }],
    ["a.py:9-3", { file: "a.py", line: 9, text: "a.py:9-3" }],
  ])("finds the place in %j", (text, place) => {
    expect(found(text)).toEqual([place]);
  });

  it.each([
    "127.0.0.1:8377",
    "at 12:30",
    "../secret.py:1",
    "a/../../b.py:1",
    "/etc/passwd.d:1",
    "C:\\src\\a.py:3",
    "file:///home/x.py:3",
    "command:a.b:3",
    "javascript:a.b:1",
    "https://example.org/a.py:3",
    "~/a.py:1",
    "a.py:0",
    "a.py:99999999999",
    "a.py:3/etc",
    "a//b.py:3",
    `${"d/".repeat(300)}a.py:1`,
  ])("finds none in %j", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("finds several", () => {
    expect(findReferences("a.py:1 and b.py:2").map(({ file }) => file)).toEqual(["a.py", "b.py"]);
  });

  it.each(["a+".repeat(4000), "a.".repeat(4000), "a/".repeat(4000), "é.a:".repeat(2000)])(
    "is done with a hostile text",
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );
});

describe("a place", () => {
  it("is written as it is read", () => {
    for (const place of [
      { file: "a.py", line: 3 },
      { file: "a.py", line: 3, endLine: 5 },
    ]) {
      expect(found(writePlace(place))).toEqual([{ ...place, text: writePlace(place) }]);
    }
    expect(writePlace({ file: "a.py", line: 3, endLine: 3 })).toBe("a.py:3");
  });

  it("stays in the workspace", () => {
    for (const file of [
      "",
      "/a",
      "a//b",
      "./a",
      "a/..",
      "..",
      "a\\b",
      "a\u0000b",
      "C:/a",
      "a".repeat(513),
    ]) {
      expect(isWorkspacePath(file), file).toBe(false);
      expect(asPlace({ file, line: 1 })).toBeUndefined();
    }
    expect(isWorkspacePath("a".repeat(512))).toBe(true);
    expect(asPlace({ file: "a", line: 1.5 })).toBeUndefined();
  });
});
