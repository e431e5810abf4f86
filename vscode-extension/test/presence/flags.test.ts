import { describe, expect, it } from "vitest";
import { Flags } from "../../src/presence/flags";

describe("Flags", () => {
  it("shows a flag after a move, then lets it fade, then hides it", () => {
    const flags = new Flags(4000);
    expect(flags.state("a", 0)).toBe("hidden");
    flags.moved("a", 0);
    expect(flags.state("a", 2999)).toBe("shown");
    expect(flags.state("a", 3000)).toBe("fading");
    expect(flags.state("a", 3999)).toBe("fading");
    expect(flags.state("a", 4000)).toBe("hidden");
  });

  it("says when something changes next", () => {
    const flags = new Flags(4000);
    expect(flags.nextChange(0)).toBeUndefined();
    flags.moved("a", 0);
    flags.moved("b", 500);
    expect(flags.nextChange(500)).toBe(2500);
    expect(flags.nextChange(3000)).toBe(500);
    expect(flags.nextChange(4500)).toBeUndefined();
  });

  it("can show flags always or never", () => {
    const always = new Flags(Number.POSITIVE_INFINITY);
    expect(always.state("a", 1e9)).toBe("shown");
    const never = new Flags(0);
    never.moved("a", 0);
    expect(never.state("a", 0)).toBe("hidden");
    expect(never.nextChange(0)).toBeUndefined();
  });

  it("forgets who has gone", () => {
    const flags = new Flags(4000);
    flags.moved("a", 0);
    flags.forget("a");
    expect(flags.state("a", 1)).toBe("hidden");
  });
});
