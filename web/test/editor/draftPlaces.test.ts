// The lines of a draft while the text changes around them.
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { find, type Rows } from "../../src/code/anchors.ts";
import type { NewComment } from "../../src/code/drafts.ts";
import { DraftPlaces } from "../../src/editor/draftPlaces.ts";

const TEXT = "one\ntwo\nthree\nfour\n";

function moved(text: string, change: { from: number; to?: number; insert?: string }) {
  const startState = EditorState.create({ doc: text });
  const transaction = startState.update({ changes: change });
  return { startState, state: transaction.state, changes: transaction.changes };
}

function places(kept: NewComment[] = []) {
  return new DraftPlaces({ keepComment: (comment) => kept.push(comment) }, { generation: "g" });
}

describe("the lines of a draft", () => {
  const ROWS: Rows = { first: 1, last: 2 };

  it.each([
    ["a line above", { from: 0, insert: "zero\n" }, { first: 2, last: 3 }],
    ["a line right above", { from: 4, insert: "new\n" }, { first: 2, last: 3 }],
    ["less above", { from: 0, to: 4 }, { first: 0, last: 1 }],
    ["a line below", { from: 14, insert: "new\n" }, ROWS],
    ["a line right below", { from: 13, insert: "\nnew" }, ROWS],
    ["a line within", { from: 7, insert: "\nnew" }, { first: 1, last: 3 }],
    ["typing in them", { from: 5, insert: "x" }, ROWS],
    ["their deletion", { from: 4, to: 14 }, { first: 1, last: 1 }],
  ])("move with %s", (_, change, expected) => {
    const drafts = places();
    drafts.put("new:1", ROWS);
    drafts.move(moved(TEXT, change));
    expect(drafts.all.get("new:1")).toEqual(expected);
  });

  const DRAFT: NewComment = { id: "new:1", text: "why", anchor: { file: "a", line: 2 } };

  it("are those of its anchor where that is certain, and kept as they are now", () => {
    const kept: NewComment[] = [];
    const drafts = places(kept);
    const anchor = { file: "a", line: 2, code_snippet: "three" };
    const lines = TEXT.split("\n");
    const rows = drafts.look(
      [{ ...DRAFT, anchor }],
      (at) => find(lines, at),
      ({ first }) => ({ file: "a", line: first + 1, code_snippet: "three" }),
    );
    expect([...rows]).toEqual([["new:1", { first: 2, last: 2 }]]);
    expect(kept).toMatchObject([{ text: "why", anchor: { line: 3 } }]);
  });

  it("are none once their characters are deleted", () => {
    const drafts = places();
    drafts.put("new:1", ROWS);
    const start: [number, number, number] = [1, 2, 0];
    const anchor = { file: "a", line: 2, generation: "g", start, end: start };
    expect(drafts.rowsOf({ ...DRAFT, anchor }, () => undefined)).toBeUndefined();
    // Of another generation the characters say nothing: the lines were followed meanwhile.
    const old = { ...anchor, generation: "before" };
    expect(drafts.rowsOf({ ...DRAFT, anchor: old }, () => undefined)).toEqual(ROWS);
  });
});
