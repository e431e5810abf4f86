import { describe, expect, it } from "vitest";
import { FollowPlan, isFoldedAway } from "../../src/presence/followPlan";

describe("isFoldedAway", () => {
  const visible = [
    { start: { line: 3 }, end: { line: 9 } },
    { start: { line: 14 }, end: { line: 20 } },
  ];
  it.each([
    [2, false],
    [3, false],
    [9, false],
    [10, true],
    [13, true],
    [14, false],
    [21, false],
  ])("line %i: %s", (line, isFolded) => {
    expect(isFoldedAway(visible, line)).toBe(isFolded);
  });
});

describe("FollowPlan", () => {
  it("does not take its own scrolling for the user's", () => {
    const plan = new FollowPlan();
    plan.goTo("u", 100);
    expect(plan.isOwnScroll("u", { start: 0, end: 30 })).toBe(false);
    expect(plan.isOwnScroll("u", { start: 80, end: 110 })).toBe(false);
  });

  it("notices when the user scrolls away from where it has arrived", () => {
    const plan = new FollowPlan();
    plan.goTo("u", 100);
    plan.isOwnScroll("u", { start: 80, end: 110 });
    expect(plan.isOwnScroll("u", { start: 100, end: 130 })).toBe(false);
    expect(plan.isOwnScroll("u", { start: 101, end: 131 })).toBe(true);
  });

  it("notices a scroll away from where the view was already", () => {
    const plan = new FollowPlan();
    plan.goTo("u", 100);
    plan.arrivesAt({ start: 80, end: 110 });
    expect(plan.isOwnScroll("u", { start: 0, end: 30 })).toBe(true);
  });

  it("notices when the user opens another file, but not when a panel is entered", () => {
    const plan = new FollowPlan();
    plan.goTo("u", 1);
    expect(plan.isOwnEditor("u")).toBe(false);
    expect(plan.isOwnEditor(undefined)).toBe(false);
    expect(plan.isOwnEditor("v")).toBe(true);
  });

  it("has no opinion when nobody is followed", () => {
    const plan = new FollowPlan();
    plan.goTo("u", 1);
    plan.clear();
    expect(plan.isOwnEditor("v")).toBe(false);
    expect(plan.isOwnScroll("u", { start: 50, end: 60 })).toBe(false);
  });
});
