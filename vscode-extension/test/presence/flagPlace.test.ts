import { describe, expect, it } from "vitest";
import { placeOfFlag } from "../../src/presence/flagPlace";

const CODE = "    return some_function(value)";

describe("placeOfFlag", () => {
  it.each([
    ["above a shorter line", { above: "x = 1", line: CODE, below: CODE }, 20, "above"],
    ["above an empty line", { above: "", line: CODE, below: CODE }, 4, "above"],
    ["in the indentation above", { above: `        ${CODE}`, line: CODE, below: CODE }, 2, "above"],
    ["below where code is above", { above: CODE, line: CODE, below: "" }, 4, "below"],
    ["below in the first line", { above: undefined, line: "a", below: "" }, 0, "below"],
    ["behind between code", { above: CODE, line: CODE, below: CODE }, 4, "behind"],
    ["behind in the only line", { above: undefined, line: CODE, below: undefined }, 0, "behind"],
    [
      "behind where code begins at its end",
      { above: `${" ".repeat(9)}x`, line: CODE, below: CODE },
      4,
      "behind",
    ],
    [
      "above where code begins behind it",
      { above: `${" ".repeat(11)}x`, line: CODE, below: CODE },
      4,
      "above",
    ],
    [
      "above where the line ends at the cursor",
      { above: "abcd", line: CODE, below: CODE },
      4,
      "above",
    ],
  ] as const)("is %s", (_, neighborhood, character, place) => {
    expect(placeOfFlag(neighborhood, character, "alice", 4)).toBe(place);
  });

  it("counts tabs and wide characters as they are drawn", () => {
    const tabbed = { above: "12345678", line: "\t\tx", below: CODE };
    expect(placeOfFlag(tabbed, 2, "al", 4)).toBe("above");
    expect(placeOfFlag(tabbed, 2, "al", 2)).toBe("behind");
    const wide = { above: "12345", line: "日本語", below: CODE };
    expect(placeOfFlag(wide, 3, "al", 4)).toBe("above");
    expect(placeOfFlag(wide, 2, "al", 4)).toBe("behind");
  });
});
