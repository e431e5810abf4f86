// The prompts of a shared agent: which can be taken back, and when another one can be sent.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PromptBox, PromptQueue } from "../../components/PromptQueue";
import { MAX_TURN_CHARS } from "../../generated/limits";
import type { EditorPrompt } from "../../generated/protocol";
import { Page } from "../page";

let page: Page;
let drafts: Map<string, string>;
const acts = {
  prompt: vi.fn(async (_id: string, _text: string): Promise<void> => undefined),
  stop: vi.fn(async () => undefined),
  cancel: vi.fn(async (_id: string): Promise<void> => undefined),
  reasonOf: (error: unknown) => (error as Error).message,
  draft: (id: string) => drafts.get(id) ?? "",
  keepDraft: (id: string, text: string) => void drafts.set(id, text),
};

beforeEach(() => {
  page = new Page();
  drafts = new Map();
  vi.clearAllMocks();
});

afterEach(() => page.close());

describe("the queue", () => {
  const prompt = (id: string, fields: Partial<EditorPrompt> = {}): EditorPrompt => ({
    ...{ id, user_id: "ann", username: "ann", text: `do ${id}`, state: "waiting" },
    ...fields,
  });

  async function draw(...prompts: EditorPrompt[]): Promise<void> {
    await page.draw(<PromptQueue username="claude" prompts={prompts} acts={acts} />);
  }

  it("is not there while it is empty", async () => {
    await draw();
    expect(page.all("ol")).toEqual([]);
  });

  it("lets the user cancel what waits and may be cancelled", async () => {
    await draw(
      prompt("p1", { state: "running", may_cancel: true }),
      prompt("p2", { may_cancel: true }),
      prompt("p3"),
    );
    expect(page.text).toBe("running ann: do p1waiting ann: do p2Cancelwaiting ann: do p3");
    await page.click("Cancel the prompt of ann: do p2");
    expect(acts.cancel).toHaveBeenCalledWith("p2");
    expect(page.buttons).toHaveLength(1);
  });

  it("says at the prompt why it was not cancelled", async () => {
    acts.cancel.mockRejectedValueOnce(new Error("it has begun"));
    await draw(prompt("p2", { may_cancel: true }));
    await page.click("Cancel the prompt of ann: do p2");
    expect(page.alerts).toEqual(["It has begun."]);
  });
});

describe("the box", () => {
  const field = () => page.one<HTMLTextAreaElement>("textarea");

  async function draw(): Promise<void> {
    await page.draw(<PromptBox agentId="c1" username="claude" acts={acts} />);
  }

  it("sends with Enter, and is empty when the prompt was taken", async () => {
    await draw();
    await page.type(field(), "do it");
    expect(drafts.get("c1")).toBe("do it");
    expect(await page.press(field(), "Enter")).toBe(true);
    expect(acts.prompt).toHaveBeenCalledWith("c1", "do it");
    expect([field().value, drafts.get("c1")]).toEqual(["", ""]);
  });

  it.each([
    ["Shift+Enter", { shiftKey: true }],
    ["Enter of an input method", { isComposing: true }],
  ])("does not send with %s", async (_name, options) => {
    await draw();
    await page.type(field(), "do it");
    expect(await page.press(field(), "Enter", options)).toBe(false);
    expect(acts.prompt).not.toHaveBeenCalled();
  });

  it.each([
    ["", false],
    [" \n", false],
    ["a", true],
    ["a".repeat(MAX_TURN_CHARS), true],
    ["😀".repeat(MAX_TURN_CHARS), true],
    ["a".repeat(MAX_TURN_CHARS + 1), false],
  ])("sends only what may be sent (case %#)", async (text, canSend) => {
    await draw();
    await page.type(field(), text);
    expect(page.button("Prompt").disabled).toBe(!canSend);
    await page.press(field(), "Enter");
    expect(acts.prompt).toHaveBeenCalledTimes(canSend ? 1 : 0);
    const isTooLong = text.length > 1 && !canSend && text.trim() !== "";
    expect(page.alerts).toHaveLength(isTooLong ? 1 : 0);
    expect(field().getAttribute("aria-invalid")).toBe(String(isTooLong));
  });

  it("keeps what was refused, and says why", async () => {
    acts.prompt.mockRejectedValueOnce(new Error("the queue is full"));
    await draw();
    await page.type(field(), "do it");
    await page.press(field(), "Enter");
    expect([field().value, page.alerts]).toEqual(["do it", ["The queue is full."]]);
  });

  it("keeps what was written while a prompt was on its way", async () => {
    let taken = (): void => undefined;
    acts.prompt.mockReturnValueOnce(
      new Promise((resolve) => {
        taken = resolve;
      }),
    );
    await draw();
    await page.type(field(), "do it");
    await page.press(field(), "Enter");
    await page.type(field(), "do it too");
    taken();
    await draw();
    expect([field().value, drafts.get("c1")]).toEqual(["do it too", "do it too"]);
  });

  it("begins with the draft", async () => {
    drafts.set("c1", "half a ");
    await draw();
    expect(field().value).toBe("half a ");
  });
});
