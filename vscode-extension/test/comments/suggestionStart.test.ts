import { expect, it } from "vitest";
import { isSuggestionStart } from "../../src/comments/suggestionStart";

/** The cursor is at the bar. */
it.each(["```|", "```sug|", "```|```", "```suggestion|"])("offers a suggestion in %s", (text) => {
  expect(isSuggestionStart(text.replace("|", ""), text.indexOf("|"))).toBe(true);
});

it.each(["|", "``|", "|```", "````|", " ```|", "x ```|", "```a b|", "```|x", "```py| code"])(
  "offers none in %s",
  (text) => {
    expect(isSuggestionStart(text.replace("|", ""), text.indexOf("|"))).toBe(false);
  },
);
