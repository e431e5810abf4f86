// The places of comments and of others' cursors, in a document that is open and may be written in.
import { Text } from "@codemirror/state";
import type { OpenedDocument, Participant } from "@peerline/client";
import { describe, expect, it } from "vitest";
import { opened } from "../../../client-js/test/documents/opened.ts";
import type { Anchored } from "../../src/code/anchors.ts";
import { anchorOf, peopleIn, rowsOf } from "../../src/editor/places.ts";

const CODE = "one\ntwo\n\nthree\ntwo\n";

function textOf(document: OpenedDocument): Text {
  return Text.of(document.text.split("\n"));
}

function rows(document: OpenedDocument, anchor: Anchored) {
  const text = textOf(document);
  return rowsOf(document, text, () => document.text.split("\n"), anchor);
}

function anchorIn(document: OpenedDocument, first: number, last = first) {
  return anchorOf(document, "a.py", textOf(document), { first, last });
}

describe("the anchor of a comment", () => {
  it.each([
    ["one line", 1, 1],
    ["several lines", 0, 3],
    ["an empty line", 2, 2],
    ["lines of which the last is empty", 1, 2],
    ["the last line, which is empty", 5, 5],
    ["all of it", 0, 5],
  ])("leads back to %s", (_, first, last) => {
    const { document } = opened(CODE);
    const anchor = anchorIn(document, first, last);
    // The last line has no character to hold on to, and no text that could be found.
    const expected = first === 5 ? undefined : { first, last: last === 5 ? 4 : last };
    expect(rows(document, anchor)).toEqual(expected);
  });

  it("follows its lines, where their text alone would not tell which they are", () => {
    const { document } = opened(CODE);
    const anchor = anchorIn(document, 4);
    document.edit(["two\ntwo\n", 4]);
    expect(rows(document, anchor)).toEqual({ first: 6, last: 6 });
    const { document_id, generation, start, end, ...text } = anchor;
    expect({ document_id, generation }).toEqual({ document_id: "d1", generation: "g1" });
    const bare = { ...text, context_before: ["x"], context_after: ["y"] } as Anchored;
    expect(rows(document, bare)).toBeUndefined();
  });

  it("takes in what is written within its lines and nothing that is written around them", () => {
    const { document } = opened(CODE);
    const anchor = anchorIn(document, 0, 1);
    document.edit([3, "\nmore"]);
    expect(rows(document, anchor)).toEqual({ first: 0, last: 2 });
    document.edit([12, "\nbelow"]);
    document.edit(["above\n"]);
    expect(document.text).toBe("above\none\nmore\ntwo\nbelow\n\nthree\ntwo\n");
    expect(rows(document, anchor)).toEqual({ first: 1, last: 3 });
  });

  it("is found by its text once its characters are gone, or nowhere", () => {
    const { document } = opened(CODE);
    const anchor = anchorIn(document, 3);
    document.edit([9, -6]);
    expect(rows(document, anchor)).toBeUndefined();
    document.edit(["three\n"]);
    expect(rows(document, anchor)).toEqual({ first: 0, last: 0 });
  });

  it("is found by its text in another document, and in another generation", () => {
    const { document } = opened(CODE);
    const anchor = anchorIn(document, 3);
    const other = opened(`0\n${CODE}`, "d2").document;
    expect(rows(other, anchor)).toEqual({ first: 4, last: 4 });
    const renewed = opened(`0\n${CODE}`).document;
    expect(rows(renewed, { ...anchor, generation: "g0" })).toEqual({ first: 4, last: 4 });
  });

  it("ignores characters that are of no document when the document is detached", () => {
    const { document, replica } = opened(CODE);
    const before = anchorIn(document, 3);
    replica.unshared();
    const after = anchorIn(document, 3);
    expect(document.state).toBe("detached");
    expect(after).toEqual({
      file: "a.py",
      line: 4,
      code_snippet: "three",
      context_before: before.context_before,
      context_after: before.context_after,
    });
    // Its characters are not even looked at.
    expect(rows(document, { ...before, start: before.end, end: before.end })).toEqual({
      first: 3,
      last: 3,
    });
  });
});

describe("an anchor whose characters are of no use", () => {
  it("is that of the empty line behind the last line end", () => {
    const { document } = opened(CODE);
    expect(anchorIn(document, 5)).toEqual({
      ...{ file: "a.py", line: 6, code_snippet: "", context_after: [] },
      context_before: ["one", "two", "", "three", "two"],
    });
  });

  it("is not looked for behind the end of a text that is behind the document's", () => {
    const { document } = opened(CODE);
    const anchor = anchorIn(document, 3);
    const shown = Text.of(["one", "three"]);
    expect(rowsOf(document, shown, () => ["one", "three"], anchor)).toEqual({ first: 1, last: 1 });
  });
});

describe("the others in a document", () => {
  type Cursor = NonNullable<NonNullable<Participant["presence"]>["cursor"]>;

  function person(id: string, cursor?: Cursor): Participant {
    return {
      id,
      username: id.toUpperCase(),
      role: "editor",
      joined_at: "2026-01-01T00:00:00Z",
      ...(cursor === undefined ? {} : { presence: { status: "active", cursor } }),
    };
  }

  function found(document: OpenedDocument, ...participants: Participant[]) {
    return peopleIn(document, "a.py", textOf(document), participants, "me", (id) => id.length);
  }

  it("are those with a cursor in it, without oneself", () => {
    const { document } = opened(CODE);
    const here = { file: "a.py", line: 2, col: 3 };
    expect(
      found(
        document,
        person("me", here),
        person("ann"),
        person("bob", here),
        person("eve", { ...here, file: "b.py" }),
        person("cell", { ...here, cell: 1 }),
      ),
    ).toEqual([{ id: "bob", name: "BOB", color: 3, head: 6 }]);
  });

  it("are where their characters are by now, whatever their line says", () => {
    const { document } = opened(CODE);
    const at = {
      document_id: "d1",
      head: document.relative(9, 0),
      anchor: document.relative(4, 0),
    };
    document.edit(["0\n"]);
    const cursor = { file: "renamed.py", line: 1, col: 1, at };
    expect(found(document, person("ann", cursor))).toMatchObject([{ head: 11, anchor: 6 }]);
    const elsewhere = { ...cursor, file: "a.py", at: { ...at, document_id: "d2" } };
    expect(found(document, person("ann", elsewhere))).toEqual([]);
  });

  it.each([
    ["the line and column", 4, 2, 10],
    ["the end of a line that is shorter here", 1, 80, 3],
    ["the last line of a text that is shorter here", 99, 1, CODE.length],
    ["the start where a number is none", 0, 0, 0],
  ])("are at %s without characters", (_, line, col, head) => {
    const { document } = opened(CODE);
    expect(found(document, person("ann", { file: "a.py", line, col }))).toMatchObject([{ head }]);
  });

  it("are at their line if the document does not have their character yet", () => {
    const { document } = opened(CODE);
    const at = { document_id: "d1", head: [77, 5, 0] as [number, number, number] };
    const cursor = { file: "a.py", line: 2, col: 1, at };
    expect(found(document, person("ann", cursor))).toEqual([
      { id: "ann", name: "ANN", color: 3, head: 4 },
    ]);
  });
});
