// Changes of CodeMirror and of a shared text are the same changes.
import { EditorState, Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { applied } from "../../client-js/src/documents/delta.ts";
import { changesOf, deltaOf } from "../src/editor/binding.ts";

const TEXT = "one\ntwo\r\nthree 🐍\n";
const state = EditorState.create({
  doc: Text.of(TEXT.split("\n")),
  extensions: EditorState.lineSeparator.of("\n"),
});

describe("the binding", () => {
  it("turns changes into a delta and back, several at once", () => {
    const cases = [
      [{ from: 0, insert: "# a\n" }],
      [
        { from: 0, to: 3, insert: "1" },
        { from: 8, insert: "x" },
        { from: TEXT.length, insert: "\n\nend" },
      ],
      [{ from: 0, to: TEXT.length }],
      [{ from: 3, to: 4 }],
    ];
    for (const specs of cases) {
      const { changes, newDoc } = state.update({ changes: specs });
      const delta = deltaOf(changes);
      expect(applied(TEXT, delta)).toBe(newDoc.sliceString(0, newDoc.length, "\n"));
      const back = state.update({ changes: changesOf(delta) }).newDoc;
      expect(back.eq(newDoc)).toBe(true);
    }
  });

  it("counts code units as the shared text does, carriage returns included", () => {
    expect(state.doc.length).toBe(TEXT.length);
  });
});
