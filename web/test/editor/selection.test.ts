// The selection of the editor as rows of a comment, and as a place for others.
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { opened } from "../../../client-js/test/documents/opened.ts";
import {
  cursorIn,
  isSynced,
  pressedRows,
  selectedRows,
  within,
} from "../../src/editor/selection.ts";

const CODE = "one\ntwo\n\nfour";

function state(anchor: number, head = anchor): EditorState {
  return EditorState.create({ doc: CODE, selection: { anchor, head } });
}

describe("the rows of a selection", () => {
  it.each([
    ["a cursor", 5, 5, 1, 1],
    ["a cursor at the beginning of a line", 4, 4, 1, 1],
    ["a part of a line", 4, 6, 1, 1],
    ["whole lines", 0, 8, 0, 1],
    ["whole lines, from below", 8, 0, 0, 1],
    ["lines up to a character of the last", 0, 5, 0, 1],
    ["an empty line to the next one", 8, 9, 2, 2],
    ["everything", 0, 13, 0, 3],
  ])("are those of %s", (_name, anchor, head, first, last) => {
    expect(selectedRows(state(anchor, head))).toEqual({ first, last });
  });

  it.each([
    [0, { first: 0, last: 0 }],
    [1, { first: 1, last: 3 }],
    [3, { first: 1, last: 3 }],
    [4, { first: 4, last: 4 }],
  ])("are commented by a press on row %i of them, another row alone", (row, rows) => {
    expect(pressedRows({ first: 1, last: 3 }, row)).toEqual(rows);
  });

  it.each([
    [
      { first: 1, last: 2 },
      { first: 1, last: 2 },
    ],
    [
      { first: 2, last: 9 },
      { first: 2, last: 3 },
    ],
    [
      { first: 7, last: 9 },
      { first: 3, last: 3 },
    ],
  ])("%j are in a text that has become shorter", (rows, expected) => {
    expect(within(rows, state(0).doc)).toEqual(expected);
  });
});

describe("the place that others see", () => {
  it("is a line and a column from 1, and moves with the text", () => {
    const { document } = opened(CODE);
    const { at, ...place } = cursorIn(state(5), document);
    expect(place).toEqual({ line: 2, column: 2 });
    document.edit(["zero\n"]);
    expect(document.indexOf(at.head)).toBe(10);
    expect(at).not.toHaveProperty("anchor");
  });

  it("has the selection from its beginning, wherever the cursor is in it", () => {
    const { document } = opened(CODE);
    const selection = { start_line: 1, start_column: 2, end_line: 2, end_column: 3 };
    const forward = cursorIn(state(1, 6), document);
    const backward = cursorIn(state(6, 1), document);
    expect(forward).toMatchObject({ line: 2, column: 3, selection });
    expect(backward).toMatchObject({ line: 1, column: 2, selection });
    expect(document.indexOf(backward.at.anchor as [number, number, number])).toBe(6);
  });

  it.each([
    ["equal", true],
    ["offline", true],
    ["opening", false],
    ["detached", false],
  ] as const)("is one of the text of all (%s: %s)", (is, expected) => {
    expect(isSynced({ state: is })).toBe(expected);
  });
});
