import { describe, expect, it } from "vitest";
import {
  hasEndMoved,
  isNearEnd,
  isNearStart,
  messageAt,
  NEAR_END,
  NEAR_START,
  placeAfter,
  placeAtFirst,
} from "../../model/scrolling";

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

describe("the beginning", () => {
  it("is near where older messages are to be loaded", () => {
    expect(isNearStart(extent(NEAR_START))).toBe(true);
    expect(isNearStart(extent(NEAR_START + 1))).toBe(false);
    expect(isNearStart(extent(0, 0))).toBe(false); // it is hidden
  });
});

describe("the place", () => {
  it("at first is the last one of the reader, the first unread message, or the end", () => {
    expect(placeAtFirst(extent(0), 300, 900)).toBe(300);
    expect(placeAtFirst(extent(0), 0, 900)).toBe(0);
    expect(placeAtFirst(extent(0), undefined, 900)).toBe(900 - 125); // with some of what was read
    expect(placeAtFirst(extent(0), undefined, undefined)).toBe(2000);
  });

  const before = { first: "m5", height: 1500 };

  it("stays at the message on top when others come above or go from there", () => {
    expect(placeAfter(extent(100), before, "m1", 640)).toBe(640);
    expect(placeAfter(extent(100), before, "m1", undefined)).toBe(600);
    expect(placeAfter(extent(800, 500, 1200), before, "m9", undefined)).toBe(500);
  });

  it("stays when messages come below, or the first ones", () => {
    expect(placeAfter(extent(100), before, "m5", 640)).toBeUndefined();
    expect(placeAfter(extent(100), { first: "", height: 0 }, "m1", 640)).toBeUndefined();
  });
});

describe("the message on top", () => {
  const messages = [
    { id: "a", top: 0, height: 100 },
    { id: "b", top: 100, height: 50.4 },
  ];

  it.each([
    [0, { id: "a", offset: 0 }],
    [99, { id: "a", offset: 99 }],
    [100, { id: "b", offset: 0 }],
    [120.6, { id: "b", offset: 21 }],
    [151, undefined],
  ])("at %d", (scrollTop, expected) => {
    expect(messageAt(scrollTop, messages)).toEqual(expected);
  });
});
