// Positions and URIs between the protocol and VS Code.
import { describe, expect, it, vi } from "vitest";
import { canonical, fromRange, toRange, visibleLines } from "../../src/shared/places";
import { Range } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

it("a range comes back as it was", () => {
  const range = { start: { line: 1, character: 2 }, end: { line: 3, character: 4 } };
  expect(toRange(range)).toEqual(new Range(1, 2, 3, 4));
  expect(fromRange(toRange(range))).toEqual(range);
});

describe("the lines that an editor shows", () => {
  it.each([
    ["none", [], undefined],
    ["one part", [new Range(2, 0, 9, 0)], { start: 2, end: 9 }],
    [
      "parts around what is folded",
      [new Range(2, 0, 9, 0), new Range(20, 0, 25, 0), new Range(30, 0, 31, 0)],
      { start: 2, end: 31 },
    ],
  ])("%s", (_name, visibleRanges, lines) => {
    expect(visibleLines({ visibleRanges } as never)).toEqual(lines);
  });
});

it("a URI of the bridge is compared as VS Code writes it", () => {
  expect(canonical("peerline-file://S1/a.py")).toBe("peerline-file://s1/a.py");
});
