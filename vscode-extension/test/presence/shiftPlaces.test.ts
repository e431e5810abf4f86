import type { EditorPresence } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import { type Change, shift, shiftPresence } from "../../src/presence/shiftPlaces";

const at = (line: number, character: number) => ({ line, character });

function change(start: [number, number], end: [number, number], text: string): Change {
  return { range: { start: at(...start), end: at(...end) }, text };
}

/** The text after changes, whose places are all in the text before. */
function apply(text: string, changes: readonly Change[]): string {
  const offset = ({ line, character }: { line: number; character: number }) =>
    text
      .split("\n")
      .slice(0, line)
      .reduce((sum, { length }) => sum + length + 1, character);
  return [...changes]
    .sort((one, other) => offset(other.range.start) - offset(one.range.start))
    .reduce(
      (now, { range, text: put }) =>
        now.slice(0, offset(range.start)) + put + now.slice(offset(range.end)),
      text,
    );
}

describe("shift", () => {
  it.each([
    ["behind an insertion in the line", change([1, 0], [1, 0], "ab"), at(1, 5), at(1, 7)],
    ["behind an insertion of lines", change([1, 2], [1, 2], "x\ny"), at(1, 5), at(2, 4)],
    ["below an insertion of lines", change([0, 0], [0, 0], "\n\n"), at(4, 3), at(6, 3)],
    ["before what is inserted exactly there", change([1, 5], [1, 5], "ab"), at(1, 5), at(1, 5)],
    ["above a change", change([3, 0], [4, 0], ""), at(1, 5), at(1, 5)],
    ["to the start of what was deleted around it", change([1, 1], [3, 0], ""), at(2, 2), at(1, 1)],
    ["up by deleted lines", change([1, 1], [3, 2], ""), at(3, 4), at(1, 3)],
    ["behind a replacement that ends there", change([1, 1], [1, 4], "abcdef"), at(1, 4), at(1, 7)],
    ["by lines that end in CRLF", change([0, 0], [0, 0], "a\r\nb\r\n"), at(1, 1), at(3, 1)],
  ])("moves a position %s", (_, made, position, expected) => {
    expect(shift(position, [made])).toEqual(expected);
  });

  it("follows a sign through several changes of one event, in any order", () => {
    const text = "one\ntwo\nthree $\nfour\n";
    const changes = [
      change([0, 0], [0, 0], "zero\n"),
      change([1, 0], [2, 2], "2"),
      change([2, 4], [2, 5], "EE\n"),
      change([3, 0], [3, 4], ""),
    ];
    for (const order of [changes, [...changes].reverse()]) {
      const { line, character } = shift(at(2, 6), order);
      expect(apply(text, changes).split("\n")[line]?.[character]).toBe("$");
    }
  });
});

describe("shiftPresence", () => {
  const presence = {
    user_id: "ann",
    uri: "file:///a.py",
    cursor: at(3, 1),
    selection: { start: at(2, 0), end: at(3, 1) },
    viewport_uri: "file:///a.py",
    viewport: { start: 1, end: 9 },
  } as unknown as EditorPresence;

  it("moves cursor, selection and viewport in the document that changed", () => {
    expect(shiftPresence(presence, "file:///a.py", [change([0, 0], [0, 0], "\n")])).toMatchObject({
      cursor: at(4, 1),
      selection: { start: at(3, 0), end: at(4, 1) },
      viewport: { start: 2, end: 10 },
    });
  });

  it("moves nothing in another document", () => {
    expect(shiftPresence(presence, "file:///b.py", [change([0, 0], [0, 0], "\n")])).toEqual(
      presence,
    );
  });
});
