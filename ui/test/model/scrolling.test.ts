import { describe, expect, it } from "vitest";
import { hasEndMoved, isNearEnd, NEAR_END } from "../../model/scrolling";

const extent = (scrollTop: number, clientHeight = 500, scrollHeight = 2000) => ({
  scrollTop,
  clientHeight,
  scrollHeight,
});
const END = 1500;

describe("the end", () => {
  it("is near to the last pixel, and not above", () => {
    expect(isNearEnd(extent(END))).toBe(true);
    expect(isNearEnd(extent(END - NEAR_END))).toBe(true);
    expect(isNearEnd(extent(END - NEAR_END - 1))).toBe(false);
  });

  it("is not moved by scrolling, far or near", () => {
    expect(hasEndMoved(extent(END), extent(END - 1))).toBe(false);
    expect(hasEndMoved(extent(END), extent(0))).toBe(false);
  });

  it("is moved when the list, or what is in it, gets another height", () => {
    expect(hasEndMoved(extent(END), extent(END, 200))).toBe(true);
    expect(hasEndMoved(extent(END), extent(END, 500, 3000))).toBe(true);
    expect(hasEndMoved(extent(END), extent(END - 200, 700))).toBe(true);
  });

  it("is left by a reader who scrolls up while the layout moves it", () => {
    expect(hasEndMoved(extent(END), extent(0, 200))).toBe(false);
    expect(hasEndMoved(extent(END), extent(END - NEAR_END, 200))).toBe(true);
    expect(hasEndMoved(extent(END), extent(END - NEAR_END - 1, 200))).toBe(false);
  });
});
