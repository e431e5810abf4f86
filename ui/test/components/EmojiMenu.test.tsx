// The menu of emoji: the keys move in it, and one choice or Escape closes it.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EmojiMenu } from "../../components/EmojiMenu";
import { Page } from "../page";

let page: Page;
const chosen = vi.fn();
const closed = vi.fn();

beforeEach(async () => {
  page = new Page();
  vi.clearAllMocks();
  await page.draw(<EmojiMenu onChoose={chosen} onClose={closed} />);
});

afterEach(() => page.close());

const focused = () => document.activeElement as HTMLElement;

describe("the menu", () => {
  it("has the focus on its first item", () => {
    expect(focused()).toBe(page.all("button")[0]);
    expect(page.all('[tabindex="0"]')).toHaveLength(1);
  });

  it.each([
    [["ArrowRight"], 1],
    [["ArrowRight", "ArrowRight", "ArrowLeft"], 1],
    [["ArrowLeft"], -1],
    [["End"], -1],
    [["End", "ArrowRight"], 0],
    [["End", "Home"], 0],
  ])("goes with %j to item %i", async (keys, place) => {
    for (const key of keys) {
      expect(await page.press(focused(), key)).toBe(true);
    }
    expect(focused()).toBe(page.all("button").at(place));
  });

  it("is closed by a choice", async () => {
    await page.click("rocket");
    expect(chosen.mock.calls).toEqual([["🚀"]]);
    expect(closed).toHaveBeenCalledOnce();
  });

  it.each([
    ["Escape", 1],
    ["Tab", 1],
    ["x", 0],
  ])("%s closes it %i times, and chooses nothing", async (key, times) => {
    const outside = vi.fn();
    page.root.addEventListener("keydown", outside);
    expect(await page.press(focused(), key)).toBe(times === 1);
    expect(closed).toHaveBeenCalledTimes(times);
    expect(outside).toHaveBeenCalledTimes(1 - times);
    expect(chosen).not.toHaveBeenCalled();
  });
});
