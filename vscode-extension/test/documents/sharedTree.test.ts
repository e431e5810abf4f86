import { expect, it } from "vitest";
import { entryAt } from "../../src/documents/sharedTree";
import { document } from "../documents";

const A = document("d1", { file: "src/a.py" });
const DOCUMENTS = [A, document("d2", { file: "src/lib/b.py" }), document("d3", { file: "c.md" })];

it("has files at their paths", () => {
  expect(entryAt(DOCUMENTS, "/src/a.py")).toEqual({ kind: "file", document: A });
  expect(entryAt(DOCUMENTS, "/src/a")).toBeUndefined();
  expect(entryAt(DOCUMENTS, "/src/a.py/b")).toBeUndefined();
});

it("has folders with what is directly in them", () => {
  expect(entryAt(DOCUMENTS, "/")).toEqual({
    kind: "folder",
    names: [
      ["src", "folder"],
      ["c.md", "file"],
    ],
  });
  expect(entryAt(DOCUMENTS, "/src/")).toEqual({
    kind: "folder",
    names: [
      ["a.py", "file"],
      ["lib", "folder"],
    ],
  });
  expect(entryAt(DOCUMENTS, "/sr")).toBeUndefined();
});

it("has a root when nothing is shared", () => {
  expect(entryAt([], "/")).toEqual({ kind: "folder", names: [] });
});
