import { describe, expect, it } from "vitest";
import { revealed } from "../../model/reveal";

function flag(region: string): string {
  const tags = [...region].map((char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0)));
  return `\u{1f3f4}${tags.join("")}\u{e007f}`;
}

describe("an emoji of several characters", () => {
  it.each([
    flag("gbeng"),
    flag("gbsct"),
    flag("gbwls"),
    "\u{1f1e9}\u{1f1ea}",
    "1\ufe0f\u20e3",
    "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}",
    "\u{1f468}\u{1f3fb}\u200d\u{1f91d}\u200d\u{1f468}\u{1f3ff}",
    "\u{1f3f3}\ufe0f\u200d\u{1f308}",
  ])("%s stays one", (emoji) => {
    expect(revealed(`a ${emoji} b`)).toBe(`a ${emoji} b`);
  });

  it("does not hide tags that are no flag", () => {
    for (const text of [flag("hidden"), flag("gbeng").slice(0, -2), `a${flag("gbeng").slice(2)}`]) {
      expect(revealed(text)).toContain("<U+E0067>".slice(0, 5));
    }
  });
});
