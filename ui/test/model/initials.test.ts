import { describe, expect, it } from "vitest";
import { distinctInitials } from "../../model/initials";

describe("initials", () => {
  it("are the usual ones where they differ", () => {
    const found = distinctInitials(["alice", "bob", "Carol Danvers"]);
    expect([...found]).toEqual([
      ["Carol Danvers", "CD"],
      ["alice", "A"],
      ["bob", "B"],
    ]);
  });

  it.each([
    ["numbers", Array.from({ length: 30 }, (_, index) => `user${index}`)],
    ["numbers as words", Array.from({ length: 30 }, (_, index) => `User ${index}`)],
    ["long numbers", Array.from({ length: 130 }, (_, index) => `user${index}`)],
    ["names alike", ["anna", "anne", "andy", "Anna", "an", "a", "A"]],
    ["no letters", ["🦊", "🦊🦊", "…", "--"]],
    ["the same words", ["Ann Lee", "Amy Long", "Abe Lu", "Al", "AL"]],
  ])("differ for %s", (_, names) => {
    const found = distinctInitials(names);
    expect([...found.keys()].sort()).toEqual([...names].sort());
    expect(new Set(found.values()).size).toBe(names.length);
    for (const letters of found.values()) {
      expect(letters).not.toBe("");
      expect([...letters].length).toBeLessThanOrEqual(4);
    }
  });

  it("say which number somebody has", () => {
    const found = distinctInitials(["user1", "user2", "user12"]);
    expect(found.get("user1")).toBe("U1");
    expect(found.get("user12")).toBe("U12");
  });

  it("do not depend on who came first", () => {
    const names = ["sam", "sue", "Sid Vance", "sol", "SV"];
    const found = distinctInitials(names);
    expect(distinctInitials(names.toReversed())).toEqual(found);
  });
});
