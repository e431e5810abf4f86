// The choice among the suggestions of a comment.
import { beforeEach, expect, it, vi } from "vitest";
import { chooseSuggestion } from "../../src/comments/suggestions";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

beforeEach(begin);

function choose(...suggestions: string[][]): Promise<number | undefined> {
  const item = { suggestions: suggestions.map((lines) => ({ lines })) };
  return chooseSuggestion({ item } as never);
}

it("is the only one without a question", async () => {
  expect(await choose(["one"])).toBe(0);
  expect(code.shown).toEqual([]);
});

it("is the one that the user picks from their texts", async () => {
  code.picks = ["Suggestion 2"];
  expect(await choose(["one"], ["two", "lines"])).toBe(1);
  expect(code.rows.map(({ detail }) => detail)).toEqual(["one", "two lines"]);
  expect(await choose(["one"], ["two"])).toBeUndefined();
});
