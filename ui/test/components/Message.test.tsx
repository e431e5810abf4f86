// One message: what may be done with it and by which user, and what becomes of a refusal.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Message, quoteOf } from "../../components/Message";
import type { EditorChatMessage } from "../../generated/protocol";
import { supervisor } from "../../supervise";
import { message } from "../make";
import { Page, textOf } from "../page";

let page: Page;
const onReply = vi.fn();
const onShow = vi.fn();

beforeEach(() => {
  page = new Page();
  vi.clearAllMocks();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
});

afterEach(() => page.close());

interface More {
  parent?: EditorChatMessage;
  canWrite?: boolean;
  isHost?: boolean;
}

async function draw(shown: EditorChatMessage, more: More = {}): Promise<HTMLElement> {
  const rest = { canWrite: true, isHost: false, isCurrent: true, onReply, onShow, people: [] };
  await page.draw(<Message message={shown} {...rest} {...more} />);
  return page.one("article");
}

const mine = (fields: Partial<EditorChatMessage> = {}) =>
  message({ is_me: true, username: "me", content: "old", ...fields });
const [REACT, REPLY, EDIT, DELETE] = ["React (+)", "Reply (r)", "Edit (e)", "Delete (Del)"];

describe("the tools", () => {
  it.each<[string, EditorChatMessage, More, (string | undefined)[]]>([
    ["of others", message(), {}, [REACT, REPLY]],
    ["of others, for a host", message(), { isHost: true }, [REACT, REPLY, DELETE]],
    ["of mine", mine(), {}, [REACT, REPLY, EDIT, DELETE]],
    ["of mine, for a viewer", mine(), { canWrite: false }, []],
    ["that was deleted", mine({ is_deleted: true }), { isHost: true }, []],
    ["that waits", mine({ is_pending: true }), {}, ["Edit", "Discard"]],
  ])("for a message %s", async (_name, shown, more, tools) => {
    await draw(shown, more);
    expect(page.buttons).toEqual(tools);
  });

  it.each<[string, EditorChatMessage, More, string[]]>([
    ["of others", message(), {}, ["r", "+"]],
    ["of others, for a host", message(), { isHost: true }, ["r", "+", "Delete"]],
    ["of mine", mine(), {}, ["r", "e", "+", "Delete"]],
    ["of mine, for a viewer", mine(), { canWrite: false }, []],
    ["that waits", mine({ is_pending: true }), {}, ["e", "Delete"]],
  ])("are keys for a message %s", async (_name, shown, more, keys) => {
    for (const key of ["r", "e", "+", "Delete", "x"]) {
      const article = await draw(shown, more);
      expect(await page.press(article, key, { ctrlKey: true })).toBe(false);
      expect(await page.press(article, key)).toBe(keys.includes(key));
      page.reload();
    }
    expect(onReply.mock.calls).toEqual(keys.includes("r") ? [[shown]] : []);
  });
});

describe("an edit", () => {
  it("is kept until it is saved, then the message is as it was", async () => {
    const shown = mine();
    const article = await draw(shown);
    await page.press(article, "e");
    await page.type(page.one<HTMLTextAreaElement>("textarea"), "new");
    expect(page.controller.editing).toEqual({ id: shown.id, text: "new" });
    await page.click("Save");
    expect(page.posted.at(-1)).toMatchObject({ type: "edit", messageId: shown.id, content: "new" });
    await page.answer();
    expect(page.all("textarea")).toEqual([]);
    expect(page.controller.editing).toBeUndefined();
  });

  it("that is refused stays, and says why", async () => {
    const shown = mine({ is_pending: true });
    await draw(shown);
    await page.click("Edit");
    await page.type(page.one<HTMLTextAreaElement>("textarea"), "new");
    await page.click("Save");
    await page.answer("It is too long.");
    expect(page.alerts).toEqual(["It is too long."]);
    expect(page.controller.editing).toEqual({ id: shown.id, text: "new", isUnsent: true });
  });

  it("is there when the panel is shown again, and gone when it was cancelled", async () => {
    const shown = mine();
    await draw(shown);
    await page.click("Edit (e)");
    await page.type(page.one<HTMLTextAreaElement>("textarea"), "new");
    page.reload();
    await draw(shown);
    expect(page.one<HTMLTextAreaElement>("textarea").value).toBe("new");
    await page.click("Cancel");
    expect(page.controller.editing).toBeUndefined();
    page.reload();
    await draw(shown);
    expect(page.all("textarea")).toEqual([]);
  });

  it("goes on when a viewer may write again", async () => {
    const shown = mine();
    await draw(shown);
    await page.click("Edit (e)");
    await draw(shown, { canWrite: false });
    expect(page.all("textarea")).toEqual([]);
    await draw(shown);
    expect(page.all("textarea")).toHaveLength(1);
  });
});

describe("a deletion", () => {
  it("is asked about, and the message may be kept", async () => {
    const article = await draw(mine());
    await page.click("Delete (Del)");
    expect(page.text).toContain("Delete for everybody?");
    await page.click("Keep");
    expect(page.posted).toEqual([]);
    expect(document.activeElement).toBe(article);
    await page.click("Delete (Del)");
    await page.press(page.button("Delete"), "Escape");
    expect(page.all(".confirm")).toEqual([]);
  });

  it.each([
    [false, "Delete (Del)", "Delete", "delete"],
    [true, "Discard", "Discard", "discard"],
  ])(
    "is one for everybody only if they have it (waits: %s)",
    async (is_pending, tool, yes, type) => {
      const shown = mine({ is_pending });
      await draw(shown);
      await page.click(tool);
      await page.click(yes);
      expect(page.posted).toMatchObject([{ type, messageId: shown.id }]);
      await page.answer("You may not.");
      expect(page.alerts).toEqual(["You may not."]);
    },
  );
});

describe("a reaction", () => {
  const shown = message({
    reactions: [
      { emoji: "👍", names: ["ann"], is_mine: false },
      { emoji: "🚀", names: ["ann", "me"], is_mine: true },
    ],
  });

  it("is added, or taken back if it is mine, from the message and from the menu", async () => {
    await draw(shown);
    await page.click("👍 1: ann");
    await page.click("🚀 2: ann and me");
    await page.click("React (+)");
    await page.click("rocket");
    await page.click("React (+)");
    await page.click("eyes");
    const asked = page.posted.map((each) => [
      Reflect.get(each, "emoji"),
      Reflect.get(each, "remove"),
    ]);
    expect(asked).toEqual([
      ["👍", false],
      ["🚀", true],
      ["🚀", true],
      ["👀", false],
    ]);
  });

  it("cannot be made by a viewer, who sees it", async () => {
    await draw(shown, { canWrite: false });
    expect(page.button("👍 1: ann").disabled).toBe(true);
  });
});

describe("a message that waits", () => {
  it("is sent again after a refusal, and says why that failed, too", async () => {
    const shown = mine({ is_pending: true, refusal: "The session is full." });
    const article = await draw(shown);
    expect(article.className).toBe("message is-pending is-refused");
    await page.click("Try again");
    expect(page.posted).toMatchObject([{ type: "resend", messageId: shown.id }]);
    await page.answer("There is no connection.");
    expect(page.alerts).toContain("There is no connection.");
  });
});

describe("an answer", () => {
  it("shows what it replies to, if that is known", async () => {
    const parent = message({ content: "why?" });
    await draw(message({ parent_id: parent.id }), { parent });
    await page.click("bob why?");
    expect(onShow).toHaveBeenCalledWith(parent.id);
    page.reload();
    await draw(message({ parent_id: "gone" }));
    expect(textOf(page.one("p.quote"))).toBe("Reply to an earlier message");
  });
});

describe("the beginning of a message", () => {
  it.each([
    [{ content: "one\n  two" }, "one two"],
    [{ content: "x", is_deleted: true }, "(deleted)"],
    [{ content: "x".repeat(120) }, "x".repeat(120)],
    [{ content: "x".repeat(121) }, `${"x".repeat(120)}…`],
    [{ content: "a\u202eb" }, "a<U+202E>b"],
  ])("case %#", (fields, text) => {
    expect(quoteOf(message(fields))).toBe(text);
  });

  it("is in the name of the message, with its author", async () => {
    const article = await draw(message({ content: "hi", mentions_me: true, is_pending: true }));
    expect(article.getAttribute("aria-label")).toMatch(/^bob, .*, mentions you, not sent yet: hi$/);
    expect(article.className).toBe("message mentions-me is-pending");
  });
});
