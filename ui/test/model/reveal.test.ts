import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reveal, revealed } from "../../model/reveal";

const CASES = JSON.parse(
  readFileSync(new URL("../../../tests/cases/client/revealed.json", import.meta.url), "utf8"),
) as { readonly text: string; readonly shown: string }[];

describe("reveal", () => {
  it.each(CASES)("shows what Python shows: $shown", ({ text, shown }) => {
    expect(revealed(text)).toBe(shown);
  });

  it("names what nobody would see", () => {
    expect(reveal("a\u202eb")).toEqual([
      { kind: "text", text: "a" },
      { kind: "control", text: "U+202E" },
      { kind: "text", text: "b" },
    ]);
    expect(revealed("\u001b[31m\u200b\u{e0041}\u2066")).toBe(
      "<U+001B>[31m<U+200B><U+E0041><U+2066>",
    );
  });

  it("leaves text, lines and emoji as they are", () => {
    for (const text of ["a\nb\tc", "é\u0301", "👩‍💻", "❤️‍🔥", "👩🏽‍🚀", "🏳️‍🌈", "漢字"]) {
      expect(revealed(text)).toBe(text);
    }
  });

  it("names a joiner that joins no emoji", () => {
    expect(revealed("a\u200db")).toBe("a<U+200D>b");
    expect(revealed("\u200d😀")).toBe("<U+200D>😀");
  });
});
