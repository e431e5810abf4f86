// Fenced code is found as in the other languages: tests/cases/fences.json.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fencedBlocks } from "../../model/fences";

interface Case {
  readonly text: string;
  readonly blocks: readonly object[];
}

const CASES = JSON.parse(
  readFileSync(new URL("../../../tests/cases/fences.json", import.meta.url), "utf8"),
) as Case[];

describe("fencedBlocks", () => {
  it.each(CASES)("of $text", ({ text, blocks }) => {
    const found = fencedBlocks(text.split("\n")).map(({ first, last, isClosed, info, lines }) => ({
      rows: [first, last],
      info,
      lines,
      ...(isClosed ? {} : { open: true }),
    }));
    expect(found).toEqual(blocks);
  });
});
