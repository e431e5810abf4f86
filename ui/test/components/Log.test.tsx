// The messages: events that are folded, the way to older ones, and the keys among them.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Log } from "../../components/Log";
import type { EditorChatMessage } from "../../generated/protocol";
import type { Snapshot } from "../../messages";
import { message } from "../make";
import { Page, textOf } from "../page";

let page: Page;
const onReply = vi.fn();
const onWrite = vi.fn();

beforeEach(() => {
  page = new Page();
  vi.clearAllMocks();
});

afterEach(() => page.close());

async function draw(messages: EditorChatMessage[], fields: Partial<Snapshot> = {}): Promise<void> {
  await page.snapshot({ messages, ...fields });
  await redraw();
}

async function redraw(): Promise<void> {
  const on = { onReply, onWrite };
  const { state } = page.controller;
  await page.draw(<Log state={state} people={[]} now={0} canWrite {...on} />);
}

const event = (content: string) => message({ kind: "system", content });
const events = () => page.all(".event").map((each) => textOf(each).replace(/^.* bob /, ""));

describe("events in a row", () => {
  it.each([
    [3, 0, undefined],
    [4, 1, "1 earlier event"],
    [5, 2, "2 earlier events"],
  ])("%i of them: %i are folded", async (count, folded, button) => {
    await draw([...Array(count).keys()].map((index) => event(`joined ${index}`)));
    expect(events()).toHaveLength(count - folded);
    expect(events().at(-1)).toBe(`joined ${count - 1}`);
    if (button !== undefined) {
      await page.click(button);
      expect(events()).toHaveLength(count);
    }
  });
});

describe("the beginning", () => {
  const beginning = () => page.all(".beginning").map(textOf);

  it.each<[string, EditorChatMessage[], Partial<Snapshot>, string[]]>([
    ["of nothing", [], {}, []],
    ["of all", [message()], {}, ["This is the beginning of the chat."]],
    [
      "of a session that was left",
      [message()],
      { hasMore: true, state: { state: "offline" } },
      ["Earlier messages are shown when you join again."],
    ],
    ["of a part", [message()], { hasMore: true }, ["Load earlier messages"]],
  ])("%s", async (_name, messages, fields, texts) => {
    await draw(messages, fields);
    await redraw();
    expect(beginning()).toEqual(texts);
  });
});

it("older messages are loaded once at a time, and it is said why they were not", async () => {
  await draw([message()], { hasMore: true });
  await page.click("Load earlier messages");
  await redraw();
  expect(textOf(page.one(".beginning"))).toBe("Loading earlier messages…");
  expect(page.posted.filter(({ type }) => type === "history")).toHaveLength(1);
  await page.tell({ type: "history", refusal: "There is no connection." });
  await redraw();
  expect(page.alerts).toEqual(["There is no connection."]);
  expect(page.buttons).toContain("Load earlier messages");
});

it("without a message there is a note", async () => {
  await draw([]);
  expect(textOf(page.one(".empty"))).toBe("No messages yet.");
});

describe("the keys", () => {
  const [first, second, last] = [message(), message(), message()];
  const article = (shown: EditorChatMessage) => page.one(`#message-${shown.id}`);
  const focused = () => (document.activeElement as HTMLElement).dataset.id;

  beforeEach(() => draw([first, second, last]));

  it("have one stop among the messages: the last one, then the one that was gone to", async () => {
    const stops = () => page.all('article[tabindex="0"]').map((each) => each.dataset.id);
    expect(stops()).toEqual([last.id]);
    article(first).focus();
    await redraw();
    expect(stops()).toEqual([first.id]);
  });

  it.each([
    ["ArrowUp", second, first],
    ["ArrowUp", first, first],
    ["ArrowDown", second, last],
    ["ArrowDown", last, last],
    ["Home", last, first],
    ["End", first, last],
  ])("%s goes from one message to another", async (key, from, to) => {
    article(from).focus();
    expect(await page.press(article(from), key)).toBe(true);
    expect(focused()).toBe(to.id);
  });

  it("of other programs do nothing here", async () => {
    article(second).focus();
    for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
      expect(await page.press(article(second), "ArrowUp", { [modifier]: true })).toBe(false);
    }
    expect(await page.press(article(second), "x")).toBe(false);
    expect(focused()).toBe(second.id);
  });

  it("go back to the composer by Escape, from inside a message to the message first", async () => {
    const [tool] = article(second).querySelectorAll("button");
    tool?.focus();
    await page.press(tool as HTMLElement, "ArrowUp");
    expect(document.activeElement).toBe(tool);
    await page.press(tool as HTMLElement, "Escape");
    expect([focused(), onWrite.mock.calls.length]).toEqual([second.id, 0]);
    await page.press(article(second), "Escape");
    expect(onWrite).toHaveBeenCalledOnce();
  });
});
