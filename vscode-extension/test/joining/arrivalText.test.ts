import { describe, expect, it } from "vitest";
import { arrivalText } from "../../src/joining/arrivalText";

describe("the notice of an arrival", () => {
  it("says where one is and who else is there", () => {
    expect(arrivalText("Pairing", [])).toBe('You joined "Pairing". Nobody else is here yet.');
    expect(arrivalText("Pairing", ["bob"])).toBe('You joined "Pairing" with bob.');
    expect(arrivalText("P", ["a", "b", "c"])).toBe('You joined "P" with a, b and c.');
    expect(arrivalText("P", ["a", "b", "c", "d", "e"])).toBe(
      'You joined "P" with a, b, c and 2 more.',
    );
    expect(arrivalText(undefined, ["bob"])).toBe("You joined the session with bob.");
  });

  it("is one line of a limited length, whatever others are called", () => {
    const text = arrivalText("a\nb", ["x".repeat(500), "\u001b[2J"]);
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(text.length).toBeLessThan(120);
  });
});
