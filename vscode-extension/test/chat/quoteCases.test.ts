// Code is quoted as in the bridge: tests/cases/client/quotes.json.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { codeBlock } from "../../src/chat/quoteCode";

interface Case {
  code: string;
  language: string;
  block: string;
}

const cases = JSON.parse(
  readFileSync(new URL("../../../tests/cases/client/quotes.json", import.meta.url), "utf8"),
) as Case[];

describe("a block of code", () => {
  it.each(cases.map((one, number) => ({ ...one, number })))(
    "$number",
    ({ code, language, block }) => {
      expect(codeBlock(code, language)).toBe(block);
    },
  );
});
