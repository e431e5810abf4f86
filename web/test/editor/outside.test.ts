// Cursors outside of the view, and the widths of the panes.
import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { outside } from "../../src/editor/outside.ts";
import type { Person } from "../../src/editor/people.ts";
import { CHAT, SIDE, widthAfter, widthsFrom } from "../../src/shared/widths.ts";

const TEXT = Text.of(Array.from({ length: 100 }, (_, row) => `line ${row + 1}`));

function at(name: string, line: number): Person {
  return { id: name, name, color: 1, head: TEXT.line(line).from };
}

describe("cursors outside of the view", () => {
  it("are above or below, the nearest first", () => {
    const persons = [at("a", 1), at("b", 9), at("c", 10), at("d", 20), at("e", 100), at("f", 21)];
    const { above, below } = outside(persons, TEXT, { start_line: 10, end_line: 20 });
    expect(above.map(({ person, line }) => [person.name, line])).toEqual([
      ["b", 9],
      ["a", 1],
    ]);
    expect(below.map(({ person, line }) => [person.name, line])).toEqual([
      ["f", 21],
      ["e", 100],
    ]);
  });

  it("are at the end if the text has become shorter", () => {
    const late = { ...at("a", 1), head: TEXT.length + 1000 };
    const { below } = outside([late], TEXT, { start_line: 1, end_line: 2 });
    expect(below.map(({ line }) => line)).toEqual([100]);
  });
});

describe("the widths of the panes", () => {
  it("change by keys, within their limits", () => {
    expect(widthAfter("ArrowRight", 240, SIDE)).toBe(260);
    expect(widthAfter("ArrowRight", 360, CHAT)).toBe(340);
    expect(widthAfter("ArrowLeft", SIDE.least, SIDE)).toBe(SIDE.least);
    expect(widthAfter("ArrowLeft", CHAT.most, CHAT)).toBe(CHAT.most);
    expect(widthAfter("Home", 300, SIDE)).toBe(SIDE.least);
    expect(widthAfter("End", 300, CHAT)).toBe(CHAT.most);
    expect(widthAfter("Enter", 300, CHAT)).toBe(CHAT.usual);
    expect(widthAfter("a", 300, CHAT)).toBeUndefined();
  });

  it("are the usual ones for what was not kept by the page", () => {
    const usual = { side: SIDE.usual, chat: CHAT.usual };
    for (const kept of [undefined, "", "x y", "1e9 -4", "NaN Infinity", "0 0"]) {
      expect(widthsFrom(kept)).toEqual(usual);
    }
    expect(widthsFrom("200 500")).toEqual({ side: 200, chat: 500 });
  });
});
