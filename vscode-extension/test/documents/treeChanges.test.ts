import { expect, test } from "vitest";
import { type SharedFile, treeChanges } from "../../src/documents/treeChanges";

const tree = (files: Record<string, SharedFile>) => new Map(Object.entries(files));
const shared = (documentId: string, canWrite = true) => ({ documentId, canWrite });

test("files come, go, and are told once", () => {
  const before = tree({ "a.py": shared("d1"), "b.py": shared("d2") });
  const now = tree({ "b.py": shared("d2"), "c.py": shared("d3") });
  expect(treeChanges(before, now)).toEqual([
    { uri: "c.py", kind: "created", isNew: true },
    { uri: "a.py", kind: "deleted", isNew: false },
  ]);
  expect(treeChanges(now, now)).toEqual([]);
});

test("who may no longer write has the same file", () => {
  const changes = treeChanges(
    tree({ "a.py": shared("d1") }),
    tree({ "a.py": shared("d1", false) }),
  );
  expect(changes).toEqual([{ uri: "a.py", kind: "changed", isNew: false }]);
});

test("another document under the same name is another file", () => {
  const changes = treeChanges(tree({ "a.py": shared("d1") }), tree({ "a.py": shared("d2") }));
  expect(changes).toEqual([{ uri: "a.py", kind: "changed", isNew: true }]);
});
