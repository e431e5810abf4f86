import type { TextEdit } from "@peerline/ui/generated/protocol";
import { expect, it } from "vitest";
import { stepEnd } from "../../src/documents/stepEnd";

function edit(line: number, character: number, newText: string): TextEdit {
  const start = { line, character };
  return { range: { start, end: { line, character: character + 3 } }, newText };
}

it("is where the first place ends, with the last one first", () => {
  expect(stepEnd([edit(9, 0, "later"), edit(2, 4, "abc")])).toEqual({ line: 2, character: 7 });
});

it("is where the text was that is gone", () => {
  expect(stepEnd([edit(2, 4, "")])).toEqual({ line: 2, character: 4 });
});

it("is in the last line of a text of several lines", () => {
  expect(stepEnd([edit(2, 4, "abc\nde\n")])).toEqual({ line: 4, character: 0 });
  expect(stepEnd([edit(2, 4, "\nde")])).toEqual({ line: 3, character: 2 });
});

it("is somewhere for no edit", () => {
  expect(stepEnd([])).toEqual({ line: 0, character: 0 });
});
