// Changes of CodeMirror and of a shared text are the same changes.
import { EditorState, Text, type TransactionSpec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { describe, expect, it } from "vitest";
import { applied } from "../../../client-js/src/documents/delta.ts";
import { opened } from "../../../client-js/test/documents/opened.ts";
import { Binding, changesOf, deltaOf, isShared } from "../../src/editor/binding.ts";

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

/** A view without a page, bound to a document. */
function bound(text: string) {
  const { document } = opened(text);
  const refused: string[] = [];
  const binding = new Binding(document, (reason) => refused.push(reason));
  const view = {
    state: EditorState.create({ doc: text }),
    specs: [] as TransactionSpec[],
    dispatch(spec: TransactionSpec) {
      view.specs.push(spec);
      for (const transaction of binding.take([view.state.update(spec)])) {
        view.state = transaction.state;
      }
    },
  };
  return { document, refused, binding, view, shown: view as unknown as EditorView };
}

describe("a view and its document", () => {
  it("has own edits in both, and takes shared ones as they are", () => {
    const { document, view, binding, shown } = bound("one");
    view.dispatch({ changes: { from: 3, insert: "\ntwo" } });
    expect(document.text).toBe("one\ntwo");
    view.dispatch({ changes: { from: 0, insert: "#" }, annotations: isShared.of(true) });
    expect(document.text).toBe("one\ntwo");
    binding.align(shown);
    expect(view.state.doc.toString()).toBe("one\ntwo");
  });

  it("shows no edit that the document refuses, nor what was built on it", () => {
    const { document, refused, view, binding } = bound("one");
    const edit = document.edit.bind(document);
    document.edit = (delta, ...rest) => {
      if (delta.includes("no")) {
        throw new Error("It is too large.");
      }
      return edit(delta, ...rest);
    };
    const first = view.state.update({ changes: { from: 0, insert: "a" } });
    const second = first.state.update({ changes: { from: 0, insert: "no" } });
    const third = second.state.update({ changes: { from: 2, insert: "c" } });
    expect(binding.take([first, second, third])).toEqual([first]);
    expect([document.text, refused]).toEqual(["aone", ["It is too large."]]);
  });

  it("shows changes of others, and the text itself where they do not lead to it", () => {
    const { document, view, binding, shown } = bound("one");
    document.edit([3, " two"]);
    binding.show(shown, [3, " two"]);
    expect(view.state.doc.toString()).toBe("one two");
    expect(view.specs).toHaveLength(1);
    document.edit([7, " three"]);
    binding.show(shown, []);
    expect(view.state.doc.toString()).toBe("one two three");
    binding.show(shown, []);
    expect(view.specs).toHaveLength(2); // there was nothing to show
  });

  it("undoes own edits alone, and goes where they were", () => {
    const { document, refused, view, binding, shown } = bound("one");
    expect(binding.undo(shown, "undo")).toBe(true);
    expect([view.specs, refused]).toEqual([[], []]);
    view.dispatch({ changes: { from: 3, insert: " two" } });
    binding.undo(shown, "undo");
    expect([document.text, view.state.doc.toString()]).toEqual(["one", "one"]);
    expect(view.specs.at(-1)).toMatchObject({ scrollIntoView: true, userEvent: "undo" });
    binding.undo(shown, "redo");
    expect([document.text, view.state.doc.toString()]).toEqual(["one two", "one two"]);
  });

  it("says why nothing could be undone", () => {
    const { document, refused, binding, shown } = bound("one");
    document.undo = () => {
      throw new Error("You may not edit.");
    };
    expect(binding.undo(shown, "undo")).toBe(true);
    expect(refused).toEqual(["You may not edit."]);
  });
});
