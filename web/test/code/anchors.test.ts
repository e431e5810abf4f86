// The places of comments in a text.
import type { Comment } from "@peerline/client";
import { expect, describe as group, it } from "vitest";
import { describe, find } from "../../src/code/anchors.ts";

const LINES = ["def a():", "    return 1", "", "def b():", "    return 1", "", "end"];

function commentOn(first: number, last = first): Comment {
  return {
    id: "c1",
    user_id: "u1",
    username: "ann",
    content: "why?",
    timestamp: "2026-01-01T00:00:00Z",
    file: "a.py",
    ...describe(LINES, { first, last }),
  };
}

group("the place of a comment", () => {
  it("is found again in the same text, also among lines that are alike", () => {
    for (const [first, last] of [
      [0, 0],
      [1, 1],
      [4, 4],
      [3, 4],
      [6, 6],
    ] as const) {
      expect(find(LINES, commentOn(first, last))).toEqual({ first, last });
    }
  });

  it("moves with its lines, whatever their indentation", () => {
    const moved = ["# one", "# two", ...LINES.map((line) => `  ${line}`)];
    expect(find(moved, commentOn(3, 4))).toEqual({ first: 5, last: 6 });
  });

  it("is nowhere when its lines were changed, or cannot be told from others", () => {
    expect(find(LINES.with(6, "another end"), commentOn(6))).toBeUndefined();
    expect(find(["    return 1", "x", "    return 1"], commentOn(1))).toBeUndefined();
    expect(find(LINES, commentOn(2))).toBeUndefined();
  });

  it("holds no half of a character, and no more than the server takes", () => {
    const anchor = describe(["\ud83d\0a", "x".repeat(3000)], { first: 0, last: 0 });
    expect(anchor.code_snippet).toBe("a");
    expect(anchor.context_after?.[0]).toHaveLength(500);
    expect(describe(["x".repeat(3000)], { first: 0, last: 0 }).code_snippet).toHaveLength(2000);
  });
});
