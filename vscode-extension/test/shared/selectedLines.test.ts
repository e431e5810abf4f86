import { describe, expect, it } from "vitest";
import { selectedLines } from "../../src/shared/selectedLines";

describe("selectedLines", () => {
  it.each([
    { from: [3, 0], to: [3, 0], first: 3, last: 3 },
    { from: [3, 2], to: [3, 7], first: 3, last: 3 },
    { from: [3, 0], to: [4, 0], first: 3, last: 3 },
    { from: [3, 5], to: [6, 0], first: 3, last: 5 },
    { from: [3, 5], to: [6, 1], first: 3, last: 6 },
    { from: [0, 0], to: [0, 0], first: 0, last: 0 },
  ] as const)("from $from to $to", ({ from, to, first, last }) => {
    const selection = { start: { line: from[0] }, end: { line: to[0], character: to[1] } };
    expect(selectedLines(selection)).toEqual({ first, last });
  });
});
