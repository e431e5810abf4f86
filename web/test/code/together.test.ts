// Drafts that people write together: the caret in them, and who wrote them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applied, type Delta } from "../../../client-js/src/documents/delta.ts";
import { coAuthors, credited, movedBy, sharedOf } from "../../src/code/together.ts";

describe("a caret", () => {
  it.each<[Delta, number, number]>([
    [["ab"], 3, 5],
    [[3, "ab"], 3, 3],
    [[2, "ab"], 3, 5],
    [[-2], 3, 1],
    [[-5], 3, 0],
    [[4, -2], 3, 3],
    [[1, -1, "xyz"], 3, 5],
    [[], 3, 3],
  ])("after %j goes from %i to %i", (delta, before, after) => {
    expect(movedBy(delta, before)).toBe(after);
  });

  it("stays within the text", () => {
    const text = fc.string({ maxLength: 12 });
    const steps = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), text), { maxLength: 5 });
    fc.assert(
      fc.property(text, steps, fc.nat(12), (before, delta, place) => {
        let after: string;
        try {
          after = applied(before, delta);
        } catch {
          return; // it does not fit
        }
        const moved = movedBy(delta, Math.min(place, before.length));
        expect(moved).toBeGreaterThanOrEqual(0);
        expect(moved).toBeLessThanOrEqual(after.length);
      }),
    );
  });
});

describe("a draft of several", () => {
  const names = new Map([
    ["a", "Ada"],
    ["b", "Ben"],
    ["c", "Cara"],
  ]);

  it("names the others whose text is in it, each once", () => {
    const runs = [
      [3, "a"],
      [1, "b"],
      [2, "gone"],
      [4, "c"],
      [1, "b"],
    ];
    expect(coAuthors(runs, "a", (id) => names.get(id))).toEqual(["Ben", "Cara"]);
    expect(credited("Why\n", ["Ben", "Cara"])).toBe("Why\n\nWritten with Ben and Cara.");
    expect(credited("Why", ["Ben"])).toBe("Why\n\nWritten with Ben.");
    expect(credited("Why\n", [])).toBe("Why\n");
  });

  it("is found by the id that it has in its author's tab", () => {
    const draft = { id: "x1", generation: "g", user_id: "a", username: "Ada", comment_id: "c1" };
    expect(sharedOf([draft], "new:x1")).toBe(draft);
    expect(sharedOf([draft], "new:x2")).toBeUndefined();
  });
});
