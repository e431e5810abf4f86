// The numbers of what a tab keeps, before the code is loaded.
import { expect, it } from "vitest";
import { unwrittenIn } from "../../src/session/unwritten.ts";

function counted(kept: Record<string, unknown>): ReturnType<typeof unwrittenIn> {
  return unwrittenIn((key) => (key in kept ? JSON.stringify(kept[key]) : undefined));
}

it("counts what is kept of each kind", () => {
  const anchor = { file: "a.py", line: 2 };
  const drafts = {
    comments: [
      { id: "new:1", anchor, text: "why" },
      { id: "new:2", anchor, text: " " },
    ],
    replies: { t1: "so" },
  };
  const waiting = { d1: { file: "a.py", bytes: "" } };
  const left = [{ id: "1", file: "a.py", text: "x", reason: "" }];
  expect(counted({ drafts, waiting, left })).toEqual({ files: 1, texts: 1, drafts: 2 });
});

it("counts nothing where nothing is kept, or what is makes no sense", () => {
  const none = { files: 0, texts: 0, drafts: 0 };
  expect(counted({})).toEqual(none);
  expect(counted({ drafts: { comments: [], replies: {} }, waiting: {}, left: [] })).toEqual(none);
  expect(unwrittenIn(() => "{")).toEqual(none);
});
