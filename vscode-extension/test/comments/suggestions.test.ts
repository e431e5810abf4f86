// The choice among the suggestions of a comment.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { chooseSuggestion } from "../../src/comments/suggestions";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

beforeEach(begin);

function choose(suggestions?: { lines: string[] }[]): Promise<number | undefined> {
  return chooseSuggestion({ item: { suggestions } } as never);
}

describe("a suggestion", () => {
  it("is not asked for where there is one at most", async () => {
    expect(await choose()).toBe(0);
    expect(await choose([{ lines: ["a"] }])).toBe(0);
    expect(code.shown).toEqual([]);
  });

  it("is picked from the list by its lines", async () => {
    code.picks = ["Suggestion 2"];
    expect(await choose([{ lines: ["a", "b"] }, { lines: ["x".repeat(90)] }])).toBe(1);
    expect(code.rows.map(({ detail }) => detail)).toEqual(["a b", `${"x".repeat(79)}…`]);
  });

  it("is none if the list is closed", async () => {
    expect(await choose([{ lines: ["a"] }, { lines: ["b"] }])).toBeUndefined();
  });
});
