import { expect, it } from "vitest";
import { KEEP_MS, MAX_CHANGES, RecentChanges } from "../../src/presence/recentChanges";
import type { Change } from "../../src/presence/shiftPlaces";

const URI = "file:///w/a.py";

function typed(text: string): Change[] {
  const at = { line: 0, character: 0 };
  return [{ range: { start: at, end: at }, text }];
}

it("has the changes since a version, in their order", () => {
  const recent = new RecentChanges();
  recent.changed(URI, 2, typed("a"), 0);
  recent.changed(URI, 3, typed("b"), 1);
  expect(recent.since(URI, 1)).toEqual([typed("a"), typed("b")]);
  expect(recent.since(URI, 2)).toEqual([typed("b")]);
  expect(recent.since(URI, 3)).toEqual([]);
  expect(recent.since("file:///w/b.py", 1)).toEqual([]);
});

it("keeps changes for a while, and no more than some", () => {
  const recent = new RecentChanges();
  recent.changed(URI, 2, typed("a"), 0);
  recent.changed(URI, 3, typed("b"), KEEP_MS - 1);
  expect(recent.since(URI, 1)).toHaveLength(2);
  recent.changed(URI, 4, typed("c"), KEEP_MS);
  expect(recent.since(URI, 1)).toEqual([typed("b"), typed("c")]);
  for (let version = 5; version < 5 + MAX_CHANGES; version += 1) {
    recent.changed(URI, version, typed("d"), KEEP_MS);
  }
  expect(recent.since(URI, 1)).toHaveLength(MAX_CHANGES);
});

it("forgets what was closed", () => {
  const recent = new RecentChanges();
  recent.changed(URI, 2, typed("a"), 0);
  recent.forget(URI);
  expect(recent.since(URI, 1)).toEqual([]);
});
