import { describe, expect, it } from "vitest";
import { blocksOf } from "../../src/comments/commentBlocks";

describe("blocksOf", () => {
  it("finds fenced code between text", () => {
    expect(blocksOf("a\n~~~ts\nb\n```\n~~~\nc")).toEqual([
      { kind: "text", text: "a" },
      { kind: "code", language: "ts", lines: ["b", "```"] },
      { kind: "text", text: "c" },
    ]);
  });

  it.each(["```ts\nnot closed", "a\n```\n", "``` a`b\nx\n```not a fence"])(
    "leaves %j as text",
    (text) => {
      expect(blocksOf(text)).toEqual([{ kind: "text", text }]);
    },
  );

  it("ends a block only by a fence that is as long", () => {
    expect(blocksOf("````\n```\n````")).toEqual([{ kind: "code", language: "", lines: ["```"] }]);
  });

  it("takes nothing as a language that could be more than a word", () => {
    expect(blocksOf("```<img>\nx\n```")).toEqual([{ kind: "code", language: "", lines: ["x"] }]);
  });
});
