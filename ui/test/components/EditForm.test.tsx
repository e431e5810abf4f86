// A message of mine that is being changed: when it is saved, and when nothing is.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EditForm } from "../../components/EditForm";
import { Page } from "../page";

let page: Page;
const on = { onDraft: vi.fn(), onSave: vi.fn(), onCancel: vi.fn() };

beforeEach(() => {
  page = new Page();
  vi.clearAllMocks();
});

afterEach(() => page.close());

async function draw(more: { draft?: string; refusal?: string } = {}) {
  await page.draw(<EditForm text="old" {...more} {...on} />);
  return page.one<HTMLTextAreaElement>("textarea");
}

describe("the form", () => {
  it("has the focus behind the text, or behind the draft", async () => {
    const field = await draw();
    expect(document.activeElement).toBe(field);
    expect([field.value, field.selectionStart]).toEqual(["old", 3]);
    page.close();
    page = new Page();
    expect((await draw({ draft: "older" })).value).toBe("older");
  });

  it("keeps the draft with each change", async () => {
    await page.type(await draw(), "new");
    expect(on.onDraft.mock.calls).toEqual([["new"]]);
  });

  it.each([
    ["new", 1, 0],
    // There is nothing to save.
    ["old", 0, 1],
    [" ", 0, 0],
  ])("with %j is saved %i times and cancelled %i times", async (text, saved, cancelled) => {
    const field = await draw();
    await page.type(field, text);
    await page.press(field, "Enter");
    expect(on.onSave.mock.calls).toEqual(saved === 1 ? [[text]] : []);
    expect(on.onCancel).toHaveBeenCalledTimes(cancelled);
    expect(page.button("Save").disabled).toBe(text === " ");
  });

  it.each([{ shiftKey: true }, { isComposing: true }])(
    "is not saved by Enter with %j",
    async (options) => {
      const field = await draw();
      await page.type(field, "new");
      expect(await page.press(field, "Enter", options)).toBe(false);
      expect(on.onSave).not.toHaveBeenCalled();
    },
  );

  it("is cancelled by Escape, which nothing else hears", async () => {
    const outside = vi.fn();
    page.root.addEventListener("keydown", outside);
    await page.press(await draw(), "Escape");
    expect(on.onCancel).toHaveBeenCalledOnce();
    expect(outside).not.toHaveBeenCalled();
  });

  it("says why the change was refused", async () => {
    await draw();
    expect(page.alerts).toEqual([]);
    await draw({ refusal: "It was deleted." });
    expect(page.alerts).toEqual(["It was deleted."]);
  });
});
