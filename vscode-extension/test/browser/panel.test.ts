// The built panel in a real Chromium: what it shows, by which keys it works, what it never does.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { EditorChatMessage } from "@peerline/ui/generated/protocol";
import type { FromPanel } from "@peerline/ui/messages";
import { joined, message, person } from "@peerline/ui/test/make";
import type { AxeResults } from "axe-core";
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DEADLINE, PanelBrowser, type PanelPage } from "./panelPage";
import { conversation, snapshot, unsent } from "./session";
import { THEMES } from "./themes";

const AXE = createRequire(import.meta.url).resolve("axe-core");
/** The folder for screenshots of the panel. */
const PICTURES = new URL("../../dist/test/", import.meta.url).pathname;

const browser = new PanelBrowser();
const open: PanelPage[] = [];

beforeAll(() => browser.start(), DEADLINE * 3);
afterEach(async () => {
  for (const panel of open.splice(0)) {
    expect(panel.problems).toEqual([]);
    await panel.page.context().close();
  }
});
afterAll(() => browser.stop());

async function show(
  fields: Parameters<typeof snapshot>[0] = {},
  theme: keyof typeof THEMES = "dark",
): Promise<PanelPage> {
  const panel = await browser.open(theme);
  open.push(panel);
  await panel.tell(snapshot(fields));
  return panel;
}

function field(panel: PanelPage): Locator {
  return panel.page.getByRole("textbox", { name: "Message" });
}

function texts(panel: PanelPage): Promise<string[]> {
  return panel.page.locator("article .text").allInnerTexts();
}

/** The messages of a type posted by the page, once there is the expected number. */
async function waitPosted<Type extends FromPanel["type"]>(
  panel: PanelPage,
  type: Type,
  count = 1,
): Promise<Extract<FromPanel, { type: Type }>[]> {
  await expect
    .poll(async () => (await panel.posted(type)).length, { timeout: DEADLINE })
    .toBeGreaterThanOrEqual(count);
  return panel.posted(type);
}

describe("what is shown", { timeout: DEADLINE * 2 }, () => {
  it("is the session, the people, the files and the conversation", async () => {
    const panel = await show({ messages: conversation() });
    const { page } = panel;
    await expect.poll(() => page.getByRole("heading", { level: 1 }).innerText()).toBe("Pairing");
    const tokens = page.getByRole("meter", { name: "AI tokens" });
    expect(await tokens.getAttribute("title")).toContain("contexts of the AI agents");
    expect(await tokens.getAttribute("aria-valuetext")).toBe("150,000 of 200,000");
    expect(await tokens.getAttribute("aria-valuenow")).toBe("75");
    await expect
      .poll(() => page.getByRole("meter", { name: "AI health" }).innerText())
      .toContain("75");
    expect(await page.locator(".pill").allInnerTexts()).toEqual(["active", "editor"]);
    await page.getByText("Details").click();
    await expect
      .poll(() => page.locator(".details").innerText())
      .toMatch(/sonnet[\s\S]*1.25[\s\S]*main/);
    await page.getByText("File changes").click();
    expect(await page.locator(".files li").allInnerTexts()).toEqual([
      expect.stringMatching(/old_prices\.py\s+deleted by bob/),
      expect.stringMatching(/pricing\.py\s+\+12 −3 modified by bob/),
    ]);
    expect(await page.locator(".day").allInnerTexts()).toEqual(["Yesterday", "Today"]);
    expect(await page.locator(".group .author").allInnerTexts()).toEqual([
      "bob",
      "alice",
      "bob",
      "Carol Danvers",
    ]);
    await expect.poll(() => page.locator(".typing").innerText()).toContain("bob is typing…");
    await expect.poll(() => page.locator(".event").innerText()).toContain("bob joined");
  });

  it("goes to where somebody is, and to the places and links of a message by the host", async () => {
    const panel = await show({ messages: conversation() });
    const { page } = panel;
    await page.getByRole("button", { name: /^bob ?, editor, typing pricing.py:3/ }).click();
    expect(await waitPosted(panel, "goto")).toEqual([{ type: "goto", userId: "bob" }]);
    await page.locator(".place", { hasText: "src/cart.py:20" }).click();
    await page.getByRole("button", { name: "src/pricing.py:3-9" }).click();
    expect((await waitPosted(panel, "open", 2)).map(({ place }) => place)).toEqual([
      { file: "src/cart.py", line: 20 },
      { file: "src/pricing.py", line: 3, endLine: 9 },
    ]);
    const before = page.url();
    await page.getByRole("link").click();
    await page.getByRole("link").click({ button: "middle" });
    expect(await waitPosted(panel, "link")).toEqual([
      { type: "link", url: "https://docs.python.org/3/library/decimal.html" },
    ]);
    expect([page.url(), page.context().pages().length]).toEqual([before, 1]);
  });

  it("is what one can do who is in no session", async () => {
    const panel = await show({
      state: { state: "offline", reason: "you left the session" },
      participants: [],
    });
    const { page } = panel;
    await expect
      .poll(() => page.getByText("Not in a session. You left the session.").isVisible())
      .toBe(true);
    await page.getByRole("button", { name: "Start Session…" }).click();
    await page.getByRole("button", { name: /Join/ }).click();
    expect((await waitPosted(panel, "run", 2)).map(({ command }) => command)).toEqual([
      "start",
      "join",
    ]);
  });

  it("is a session that was left: its messages to read, and how to come back", async () => {
    const panel = await show({ messages: conversation(), hasMore: true });
    const { page } = panel;
    const shown = await texts(panel);
    const asked = await waitPosted(panel, "history");
    await panel.tell({ type: "state", state: { state: "offline", reason: "you left" } });
    await panel.tell({ type: "history", refusal: "Join a session first." });
    await expect.poll(() => page.locator(".blocked").innerText()).toBe("You left.");
    expect(await texts(panel)).toEqual(shown);
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Pairing");
    expect(await page.locator(".beginning").innerText()).toBe(
      "Earlier messages are shown when you join again.",
    );
    expect(await page.locator(".banner, .refusal, .tools, textarea").count()).toBe(0);
    await page.locator(".log").evaluate((log) => log.scrollTo({ top: 0 }));
    await page.getByRole("button", { name: "Join Again" }).click();
    expect(await waitPosted(panel, "rejoin")).toEqual([{ type: "rejoin", sessionId: "s" }]);
    expect(await panel.posted("history")).toEqual(asked);
    const over = { state: "offline", reason: "the host ended it", is_over: true } as const;
    await panel.tell({ type: "state", state: over });
    await expect.poll(() => page.locator(".blocked").innerText()).toBe("The host ended it.");
    expect(await page.locator(".rejoin button").allInnerTexts()).toEqual(["Join Session…"]);
    expect(await texts(panel)).toEqual(shown);
  });

  it("is the sessions that one was in, to go back to", async () => {
    const recent = Array.from({ length: 7 }, (_, index) => ({
      id: `s${index}`,
      title: `Session ${index}`,
      place: "this computer",
      lastJoined: "2026-03-01T12:00:00Z",
    }));
    const panel = await show({ state: { state: "offline" }, participants: [], recent });
    const { page } = panel;
    await expect
      .poll(() => page.locator(".recent-open").allInnerTexts())
      .toEqual(recent.slice(0, 5).map(({ title }) => title));
    await page.getByRole("button", { name: "Session 2" }).click();
    expect(await waitPosted(panel, "rejoin")).toEqual([{ type: "rejoin", sessionId: "s2" }]);
    await page.getByRole("button", { name: "More…" }).click();
    expect(await waitPosted(panel, "run")).toEqual([{ type: "run", command: "recent" }]);
    await panel.tell({ type: "recent", recent: [] });
    await expect.poll(() => page.locator(".recent").count()).toBe(0);
  });

  it("is a crowd as avatars, until all names are asked for", async () => {
    const crowd = Array.from({ length: 40 }, (_, index) => person(`user${index}`));
    const { page } = await show({ participants: crowd });
    await expect.poll(() => page.locator(".person-name").count()).toBe(0);
    const letters = await page.locator(".people .avatar").allInnerTexts();
    expect(new Set(letters).size).toBe(16);
    expect(await page.locator(".people .rest").innerText()).toBe("+24");
    await page.getByRole("button", { name: "Names of all 40" }).click();
    await expect.poll(() => page.locator(".person-name").count()).toBe(40);
    expect(await page.locator(".people .rest").count()).toBe(0);
  });

  it("is no second list of people where the host has one", async () => {
    const { page } = await show({ messages: conversation(), hasOwnList: true });
    await expect.poll(() => page.locator("article").count()).toBeGreaterThan(3);
    expect(await page.locator(".people").count()).toBe(0);
  });

  it.each([240, 160])(
    "is the conversation and the composer where %s pixels are left",
    async (height) => {
      const panel = await show({ messages: conversation(), hasOwnList: true });
      const { page } = panel;
      await page.setViewportSize({ width: 300, height });
      const header = page.locator(".session");
      await expect.poll(async () => (await header.boundingBox())?.height).toBeLessThan(32);
      const box = await field(panel).boundingBox();
      expect((box?.y ?? height) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
      const log = await page.locator(".log").boundingBox();
      expect(log?.height).toBeGreaterThanOrEqual(40);
      expect((log?.y ?? 0) + (log?.height ?? 0)).toBeLessThanOrEqual(box?.y ?? 0);
      await page.locator(".session summary").first().click();
      await expect.poll(() => page.getByRole("meter", { name: "Tokens" }).isVisible()).toBe(true);
      const after = await field(panel).boundingBox();
      expect((after?.y ?? height) + (after?.height ?? 0)).toBeLessThanOrEqual(height);
      await page.setViewportSize({ width: 300, height: 720 });
      await expect.poll(() => page.locator(".session > .figures").count()).toBe(1);
    },
  );

  it.each(["```", "```\n```", "look:\n```js\n"])("is no empty box for %j", async (content) => {
    const { page } = await show({ messages: [message({ content })] });
    await expect.poll(() => page.locator("article .text").innerText()).toContain("```");
    expect(await page.locator(".code-block").count()).toBe(0);
  });

  it("is a request to wait while a host has to admit one", async () => {
    const { page } = await show({ state: { state: "waiting" }, participants: [] });
    await expect
      .poll(() => page.locator(".banner").innerText())
      .toBe("Waiting for a host to admit you.");
  });
});

describe("writing", { timeout: DEADLINE * 2 }, () => {
  it("sends with Enter, breaks the line with Shift+Enter, and reports typing", async () => {
    const panel = await show();
    await field(panel).pressSequentially("one");
    await field(panel).press("Shift+Enter");
    await field(panel).pressSequentially("two");
    await field(panel).press("Enter");
    expect(await waitPosted(panel, "send")).toEqual([{ type: "send", content: "one\ntwo" }]);
    await expect.poll(() => field(panel).inputValue()).toBe("");
    await field(panel).press("Enter");
    await field(panel).fill("  ");
    await field(panel).press("Enter");
    expect(await panel.posted("send")).toHaveLength(1);
    expect((await panel.posted("typing")).length).toBeGreaterThan(0);
  });

  it("completes names by keyboard and says so to a screen reader", async () => {
    const panel = await show();
    await field(panel).pressSequentially("hi @");
    const options = panel.page.getByRole("option");
    expect(await options.allInnerTexts()).toEqual([
      expect.stringContaining("bob"),
      expect.stringContaining("Carol Danvers"),
    ]);
    await field(panel).press("ArrowDown");
    const active = await field(panel).getAttribute("aria-activedescendant");
    await expect.poll(() => panel.page.locator(`#${active}`).innerText()).toContain("Carol");
    await field(panel).press("Enter");
    await expect.poll(() => field(panel).inputValue()).toBe("hi @Carol Danvers ");
    expect(await panel.posted("send")).toEqual([]);
    await field(panel).pressSequentially("and @bo");
    await field(panel).press("Tab");
    await expect.poll(() => field(panel).inputValue()).toBe("hi @Carol Danvers and @bob ");
    await field(panel).pressSequentially("@b");
    await field(panel).press("Escape");
    await expect.poll(() => options.count()).toBe(0);
  });

  it("says why it cannot be done, and keeps the draft meanwhile", async () => {
    const panel = await show();
    await field(panel).fill("draft");
    await panel.tell({ type: "state", state: joined({ role: "viewer" }) });
    expect(await field(panel).isDisabled()).toBe(true);
    const id = await field(panel).getAttribute("aria-describedby");
    await expect.poll(() => panel.page.locator(`#${id}`).innerText()).toContain("You are a viewer");
    expect(await panel.page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
    await panel.tell({ type: "state", state: { state: "offline", reason: "removed by a host" } });
    await panel.tell({ type: "chat", chat: { messages: [message()] } });
    await expect
      .poll(() => panel.page.locator(".blocked").innerText())
      .toContain("Removed by a host");
    // It can be copied from there.
    await expect.poll(() => field(panel).inputValue()).toBe("draft");
    expect(await field(panel).isEditable()).toBe(false);
    await panel.tell({ type: "state", state: joined() });
    await expect.poll(() => field(panel).inputValue()).toBe("draft");
    expect(await field(panel).isEnabled()).toBe(true);
  });

  it("gives the focus back to the field being written in", async () => {
    const panel = await show({ messages: [message()] });
    await field(panel).fill("draft");
    await panel.tell({ type: "state", state: joined({ role: "viewer" }) });
    await panel.tell({ type: "state", state: joined({ role: "editor" }) });
    await expect
      .poll(() => field(panel).evaluate((one) => one === document.activeElement))
      .toBe(true);
  });

  it("leaves the focus where one went while nothing could be written", async () => {
    const panel = await show({ messages: [message()] });
    await field(panel).fill("draft");
    await panel.tell({ type: "state", state: joined({ role: "viewer" }) });
    const article = panel.page.locator(".log article").first();
    await article.focus();
    await panel.tell({ type: "state", state: joined({ role: "editor" }) });
    await expect.poll(() => field(panel).isEnabled()).toBe(true);
    await panel.page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await article.evaluate((one) => one === document.activeElement)).toBe(true);
  });

  it("does not send what is too long, and sends what is just not", async () => {
    const panel = await show();
    await field(panel).fill("🦊".repeat(8001));
    await expect
      .poll(() => panel.page.getByRole("alert").innerText())
      .toBe("8,001 of 8,000 characters");
    await field(panel).press("Enter");
    expect(await panel.posted("send")).toEqual([]);
    await field(panel).fill("🦊".repeat(8000));
    await field(panel).press("Enter");
    expect(await waitPosted(panel, "send")).toHaveLength(1);
  });

  it("takes back what was refused, before what was written since, until it is sent", async () => {
    const panel = await show();
    await field(panel).fill("hello");
    await field(panel).press("Enter");
    await field(panel).fill("and more");
    const returned = { content: "hello", refusal: "the session is full" };
    await panel.tell({ type: "returned", returned });
    await expect
      .poll(() => panel.page.getByRole("alert").innerText())
      .toBe("Not sent: the session is full");
    await expect.poll(() => field(panel).inputValue()).toBe("hello\nand more");
    await field(panel).press("Enter");
    expect((await waitPosted(panel, "send", 2))[1]?.content).toBe("hello\nand more");
    await expect.poll(() => panel.page.getByRole("alert").count()).toBe(0);
  });

  it("takes code from the editor behind what is written", async () => {
    const panel = await show();
    await field(panel).fill("Look:");
    await panel.tell({ type: "compose", text: "`a.py:3`\n" });
    await expect.poll(() => field(panel).inputValue()).toBe("Look:\n`a.py:3`\n");
    await field(panel).pressSequentially("x");
    await expect.poll(() => field(panel).inputValue()).toBe("Look:\n`a.py:3`\nx");
  });

  it("survives being hidden: the draft, the answered message, the edit and what is open", async () => {
    const mine = message({ is_me: true, user_id: "alice", username: "alice" });
    const messages = [message({ content: "asked" }), mine];
    const panel = await show({ messages });
    await panel.page.locator("article").first().press("r");
    await field(panel).fill("half an ans");
    await panel.page.locator("article").nth(1).press("e");
    await panel.page.getByRole("form", { name: "Edit" }).getByRole("textbox").fill("half an edit");
    await panel.page.getByText("File changes").click();
    // A browser tells a page of what was folded out some time after it is seen.
    await expect
      .poll(() => panel.page.evaluate(() => sessionStorage.getItem("state")))
      .toContain('"files":true');
    await panel.page.reload();
    await panel.tell(snapshot({ messages }));
    const edit = panel.page.getByRole("form", { name: "Edit" }).getByRole("textbox");
    await expect.poll(() => edit.inputValue()).toBe("half an edit");
    const composer = panel.page.getByRole("form", { name: "Write" });
    await expect.poll(() => composer.getByRole("textbox").inputValue()).toBe("half an ans");
    await expect.poll(() => panel.page.locator(".replying").innerText()).toContain("asked");
    await expect.poll(() => panel.page.locator(".files").isVisible()).toBe(true);
  });
});

describe("a message", { timeout: DEADLINE * 2 }, () => {
  it("is answered, reacted to, changed and deleted by keyboard alone", async () => {
    const mine = message({ is_me: true, user_id: "alice", username: "alice", content: "mine" });
    const panel = await show({ messages: [message({ content: "theirs" }), mine] });
    const { page } = panel;
    await field(panel).press("ArrowUp");
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    expect(await focused()).toMatch(/^alice, .*: mine$/);
    await page.keyboard.press("e");
    await page.keyboard.type(" too");
    await page.keyboard.press("Enter");
    const [edit] = await waitPosted(panel, "edit");
    expect(edit).toMatchObject({ messageId: mine.id, content: "mine too" });
    await panel.tell({ type: "answer", request: edit?.request ?? "" });
    await expect.poll(focused).toMatch(/^alice/);
    await page.keyboard.press("Delete");
    await page.keyboard.press("Enter");
    const [deletion] = await waitPosted(panel, "delete");
    expect(deletion).toMatchObject({ messageId: mine.id });
    await panel.tell({ type: "answer", request: deletion?.request ?? "", refusal: "not now" });
    await expect.poll(() => page.getByRole("alert").innerText()).toBe("not now");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toMatch(/^bob, .*: theirs$/);
    await page.keyboard.press("Delete");
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    expect((await waitPosted(panel, "react"))[0]).toMatchObject({ emoji: "👎", remove: false });
    await expect.poll(focused).toMatch(/^bob/);
    await page.keyboard.press("r");
    await page.keyboard.type("yes");
    await page.keyboard.press("Enter");
    expect((await waitPosted(panel, "send"))[0]).toMatchObject({ content: "yes" });
    expect((await panel.posted("send"))[0]?.parentId).toBeDefined();
    expect(await panel.posted("delete")).toHaveLength(1);
  });

  it("has tools for what one may do with it, and none for a viewer", async () => {
    const mine = message({ is_me: true, user_id: "alice", username: "alice" });
    const gone = message({ is_deleted: true, content: "" });
    const panel = await show({ messages: [message(), mine, gone] });
    const tools = (index: number) =>
      panel.page
        .locator("article")
        .nth(index)
        .locator(".tools button")
        .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    expect(await tools(0)).toEqual(["React (+)", "Reply (r)"]);
    expect(await tools(1)).toEqual(["React (+)", "Reply (r)", "Edit (e)", "Delete (Del)"]);
    expect(await tools(2)).toEqual([]);
    await panel.tell({ type: "state", state: joined({ role: "host" }) });
    expect(await tools(0)).toEqual(["React (+)", "Reply (r)", "Delete (Del)"]);
    await panel.tell({ type: "state", state: joined({ role: "viewer" }) });
    expect([await tools(0), await tools(1)]).toEqual([[], []]);
  });

  it("removes my own reaction, and shows who reacted", async () => {
    const reactions = [{ emoji: "🎉", names: ["alice", "bob"], is_mine: true }];
    const panel = await show({ messages: [message({ reactions })] });
    const reaction = panel.page.getByRole("button", { name: "🎉 2: alice and bob" });
    expect(await reaction.getAttribute("aria-pressed")).toBe("true");
    await reaction.click();
    expect((await waitPosted(panel, "react"))[0]).toMatchObject({ emoji: "🎉", remove: true });
  });

  const waitingOne = (fields: Partial<EditorChatMessage>) =>
    message({ is_me: true, is_pending: true, seq: undefined, ...fields });

  it("that waits for the connection is shown so, and can be changed until then", async () => {
    const waiting = waitingOne({ content: "later" });
    const panel = await show({ messages: [waiting] });
    const shown = panel.page.locator("article");
    await expect.poll(() => shown.innerText()).toContain("Waiting to be sent");
    expect(await panel.page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    await panel.page.getByRole("button", { name: "Edit", exact: true }).click();
    const edit = panel.page.getByRole("form", { name: "Edit the message" }).getByRole("textbox");
    await edit.fill("much later");
    await edit.press("Enter");
    expect(await waitPosted(panel, "edit")).toMatchObject([
      { messageId: waiting.id, content: "much later" },
    ]);
  });

  it("that was refused says why, and can be sent again or discarded", async () => {
    const refused = waitingOne({ refusal: "you are a viewer" });
    const panel = await show({ messages: [refused] });
    await expect
      .poll(() => panel.page.getByRole("alert").innerText())
      .toBe("Not sent: you are a viewer");
    await panel.page.getByRole("button", { name: "Try again" }).click();
    expect(await waitPosted(panel, "resend")).toMatchObject([{ messageId: refused.id }]);
    await panel.page.getByRole("button", { name: "Discard" }).click();
    const ask = panel.page.getByRole("group", { name: "Discard this message?" });
    await ask.getByRole("button", { name: "Discard" }).click();
    expect(await waitPosted(panel, "discard")).toMatchObject([{ messageId: refused.id }]);
  });

  it("that was sent while it was changed leaves the change as a draft", async () => {
    const waiting = waitingOne({ content: "later" });
    const panel = await show({ messages: [waiting] });
    await panel.page.getByRole("button", { name: "Edit", exact: true }).click();
    const edit = panel.page.getByRole("form", { name: "Edit the message" }).getByRole("textbox");
    await edit.fill("much later");
    const sent = message({ is_me: true, content: "later" });
    await panel.tell({ type: "chat", chat: { messages: [sent], removed: [waiting.id] } });
    await expect.poll(() => field(panel).inputValue()).toBe("much later");
    await expect
      .poll(() => panel.page.getByRole("alert").innerText())
      .toContain("had already been sent");
  });
});

describe("scrolling", { timeout: DEADLINE * 2 }, () => {
  const many = (count: number) => Array.from({ length: count }, () => message());

  function bottom(panel: PanelPage): Promise<number> {
    return panel.page
      .locator(".log")
      .evaluate((log) => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight));
  }

  it("stays at the end while there, and where the reader is while not", async () => {
    const messages = many(60);
    const panel = await show({ messages, readSeq: messages.at(-1)?.seq ?? 0 });
    expect(await bottom(panel)).toBeLessThan(2);
    await panel.tell({ type: "chat", chat: { messages: [message({ content: "new" })] } });
    expect(await bottom(panel)).toBeLessThan(2);
    await panel.page.locator(".log").evaluate((log) => log.scrollTo({ top: 400 }));
    await panel.page.getByRole("button", { name: "Latest" }).waitFor();
    await panel.tell({ type: "chat", chat: { messages: many(2) } });
    expect(await panel.page.locator(".log").evaluate((log) => log.scrollTop)).toBe(400);
    await panel.page.getByRole("button", { name: "2 new" }).click();
    await expect.poll(() => bottom(panel)).toBeLessThan(2);
    await expect.poll(() => panel.page.locator(".unread").count()).toBe(1);
    const read = await waitPosted(panel, "read");
    expect(read.at(-1)?.seq).toBeGreaterThan(messages.at(-1)?.seq ?? 0);
  });

  it("stays at the end while the panel, its font and its messages change", async () => {
    const panel = await show({ messages: many(60), readSeq: 1000 });
    const { page } = panel;
    const latest = page.getByRole("button", { name: "Latest" });
    expect(await bottom(panel)).toBeLessThan(2);
    // The event of a scroll is dispatched in the next frame, before the new size is observed.
    const scrollAndResize = (height: string) =>
      page.locator(".log").evaluate((log, wanted) => {
        log.scrollTop -= 5;
        document.body.style.height = wanted;
      }, height);
    for (const height of ["400px", "700px", "300px"]) {
      const before = await page.locator(".log").evaluate((log) => log.clientHeight);
      await scrollAndResize(height);
      await panel.tell();
      expect(await page.locator(".log").evaluate((log) => log.clientHeight)).not.toBe(before);
      expect([await bottom(panel), await latest.count()]).toEqual([0, 0]);
    }
    await page.evaluate(() => {
      document.documentElement.style.setProperty("--vscode-font-size", "20px");
    });
    await panel.tell();
    expect(await bottom(panel)).toBe(0);
    await page.setViewportSize({ width: 640, height: 400 });
    await panel.tell({ type: "chat", chat: { messages: many(3) } });
    expect([await bottom(panel), await latest.count()]).toEqual([0, 0]);
    await page.locator(".log").evaluate((log) => log.scrollTo({ top: 200 }));
    await latest.waitFor();
    await scrollAndResize("350px");
    await panel.tell();
    expect(await page.locator(".log").evaluate((log) => log.scrollTop)).toBe(195);
  });

  it("loads what is older when the top comes near, and does not move what is read", async () => {
    const older = many(50);
    const messages = many(50);
    const readSeq = messages.at(-1)?.seq ?? 0;
    const panel = await show({ messages, readSeq, hasMore: true });
    expect(await panel.posted("history")).toEqual([]);
    const first = panel.page.locator(`[data-id="${messages[0]?.id}"]`);
    await panel.page.locator(".log").evaluate((log) => log.scrollTo({ top: 100 }));
    expect(await waitPosted(panel, "history")).toHaveLength(1);
    const place = () => first.evaluate((one) => Math.round(one.getBoundingClientRect().top));
    const before = await place();
    await panel.tell(
      { type: "chat", chat: { prepend: true, has_more: false, messages: older } },
      { type: "history" },
    );
    await expect.poll(() => panel.page.locator("article").count()).toBe(100);
    // The text "Loading…" above it has gone, and the first group may have grown by an author.
    expect(Math.abs((await place()) - before)).toBeLessThan(60);
    await panel.page.locator(".log").evaluate((log) => log.scrollTo({ top: 0 }));
    await expect
      .poll(() => panel.page.getByText("This is the beginning of the chat.").isVisible())
      .toBe(true);
    expect(await panel.posted("history")).toHaveLength(1);
  });

  it("loads what is older at once if there is room for it, and says why that failed", async () => {
    const panel = await show({ messages: many(1), hasMore: true });
    expect(await waitPosted(panel, "history")).toHaveLength(1);
    await panel.tell({ type: "history", refusal: "the server did not answer in time" });
    await expect.poll(() => panel.page.getByRole("alert").innerText()).toContain("did not answer");
    expect(await panel.posted("history")).toHaveLength(1);
    await panel.page.getByRole("button", { name: "Load earlier messages" }).click();
    expect(await waitPosted(panel, "history", 2)).toHaveLength(2);
  });

  it("comes back to where it was, and to what is unread", async () => {
    const messages = many(80);
    const readSeq = messages.at(-1)?.seq ?? 0;
    const panel = await show({ messages, readSeq });
    await panel.page.locator(".log").evaluate((log) => log.scrollTo({ top: 700 }));
    await panel.page.getByRole("button", { name: "Latest" }).waitFor();
    const top = () => panel.page.locator(".log").evaluate((log) => Math.round(log.scrollTop));
    await panel.page.reload();
    await panel.tell(snapshot({ messages, readSeq }));
    expect(Math.abs((await top()) - 700)).toBeLessThan(3);
    await panel.page.evaluate(() => sessionStorage.clear());
    await panel.page.reload();
    await panel.tell(snapshot({ messages, readSeq: messages[9]?.seq ?? 0 }));
    await expect.poll(() => panel.page.locator(".unread").isVisible()).toBe(true);
    const box = await panel.page.locator(".unread").boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect(box?.y).toBeLessThan(720);
  });
});

describe("what others write", { timeout: DEADLINE * 2 }, () => {
  const hostile = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    '"><button onclick=alert(1)>x</button>',
    "`<img src=x onerror=alert(1)>`",
    "```html\n<img src=x onerror=alert(1)>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "javascript:alert(1) [x](javascript:alert(1)) command:workbench.action.quit",
    "file:///etc/passwd vscode://x data:text/html,<script>alert(1)</script>",
    'https://example.org/"onmouseover=alert(1)//',
    "\u202egnp.exe \u0000\u001b[31m",
    "{{constructor.constructor('alert(1)')()}}",
    "__proto__ constructor toString",
  ];

  it("stays text, everywhere", async () => {
    const bad = "<img src=x onerror=alert(1)>";
    const messages = hostile.map((content) => message({ content, username: bad }));
    const panel = await show({
      messages: [
        ...messages,
        message({ kind: "system", username: bad, content: bad }),
        message({
          parent_id: messages[0]?.id,
          reactions: [{ emoji: "<b>", names: [bad], is_mine: false }],
        }),
      ],
      participants: [person(bad, { file: `src/${bad}.py`, line: 1, is_writing: true })],
      files: [
        {
          id: "e1",
          user_id: "x",
          username: bad,
          color: 1,
          file: bad,
          change: "modified",
          timestamp: bad,
        },
      ],
      state: joined({
        title: bad,
        session: {
          id: "s",
          title: bad,
          created_at: "x",
          status: bad,
          model: bad,
          context: { [bad]: bad, __proto__: bad },
        },
      }),
    });
    const { page } = panel;
    await page.getByText("Details").click();
    await page.getByText("File changes").click();
    const found = await page.evaluate(() => ({
      elements: document.querySelectorAll("#panel :is(img, script, iframe, svg:not(.icon), object)")
        .length,
      handlers: [...document.querySelectorAll("#panel *")].filter((element) =>
        [...element.attributes].some(({ name }) => name.startsWith("on")),
      ).length,
      links: [...document.querySelectorAll("#panel a")].map((link) => link.getAttribute("href")),
    }));
    expect(found).toEqual({
      elements: 0,
      handlers: 0,
      links: ["https://example.org/"],
    });
    const shown = await texts(panel);
    expect(shown[0]).toBe("<img src=x onerror=alert(1)>");
    expect(shown[11]).toBe("U+202Egnp.exe U+0000U+001B[31m");
    await expect.poll(() => page.getByRole("heading", { level: 1 }).innerText()).toBe(bad);
    for (const link of await page.locator("#panel a, #panel .place").all()) {
      await link.click();
    }
    expect((await panel.posted("link")).map(({ url }) => url)).toEqual(["https://example.org/"]);
  });

  it("cannot break the layout by its length", async () => {
    const panel = await show({
      messages: [message({ content: "x".repeat(8000), username: "y".repeat(64) })],
      participants: [
        person("z".repeat(64), { file: `${"d".repeat(250)}/${"f".repeat(250)}`, line: 1 }),
      ],
      state: joined({ title: "t".repeat(200) }),
    });
    const width = await panel.page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(panel.page.viewportSize()?.width ?? 0);
    await expect.poll(() => field(panel).isVisible()).toBe(true);
  });
});

describe("for everybody", { timeout: DEADLINE * 3 }, () => {
  const themes = Object.keys(THEMES) as (keyof typeof THEMES)[];

  it.each(themes)("has no fault that axe finds, in %s", async (theme) => {
    await mkdir(PICTURES, { recursive: true });
    const messages = [...conversation(), ...unsent()];
    const panel = await show(
      {
        messages,
        readSeq: messages[4]?.seq ?? 0,
        isAttentive: false,
      },
      theme,
    );
    const { page } = panel;
    // axe is part of the test, not of the panel: it is injected past the page's policy.
    const check = async (): Promise<string[]> => {
      const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary}`),
      );
    };
    await page.evaluate(await readFile(AXE, "utf8"));
    await page.screenshot({ path: `${PICTURES}panel-${theme}.png` });
    expect(await check()).toEqual([]);
    await page.getByText("Details").click();
    await page.getByText("File changes").click();
    await page.locator("article").nth(1).press("+");
    await page.screenshot({ path: `${PICTURES}panel-${theme}-open.png` });
    expect(await check()).toEqual([]);
    await field(panel).pressSequentially("@");
    await page.screenshot({ path: `${PICTURES}panel-${theme}-mention.png` });
    expect(await check()).toEqual([]);
    await panel.tell({
      type: "state",
      state: { state: "reconnecting", reason: "cannot reach it", role: "viewer", title: "Pairing" },
    });
    await page.screenshot({ path: `${PICTURES}panel-${theme}-viewer.png` });
    expect(await check()).toEqual([]);
    await page.locator(".log").evaluate((log) => log.scrollTo({ top: log.scrollHeight }));
    await page.screenshot({ path: `${PICTURES}panel-${theme}-unsent.png` });
    await panel.tell({ type: "state", state: { state: "offline", reason: "you left" } });
    await page.screenshot({ path: `${PICTURES}panel-${theme}-left.png` });
    expect(await check()).toEqual([]);
    await panel.tell(snapshot({ state: { state: "offline" } }));
    await page.screenshot({ path: `${PICTURES}panel-${theme}-offline.png` });
    expect(await check()).toEqual([]);
  });

  it("is one tab stop for all messages, and goes from top to bottom", async () => {
    const panel = await show({ messages: conversation() });
    // At the end of the chat nothing offers to go there: that would be one more stop.
    const toEnd = panel.page.getByRole("button", { name: "4 new" });
    await toEnd.click();
    await expect.poll(() => toEnd.count()).toBe(0);
    const stops: string[] = [];
    await panel.page.locator("body").click({ position: { x: 1, y: 1 } });
    for (let stop = 0; stop < 20; stop += 1) {
      await panel.page.keyboard.press("Tab");
      const name = await panel.page.evaluate(async () => {
        if (document.activeElement === document.body) {
          // The panel may still be drawing what is focused next.
          await new Promise((resolve) => {
            requestAnimationFrame(() => requestAnimationFrame(resolve));
          });
        }
        const { activeElement: element } = document;
        return element === document.body
          ? undefined
          : (element?.getAttribute("aria-label") ?? element?.textContent ?? "");
      });
      if (name === undefined) {
        break;
      }
      stops.push(name);
    }
    expect(stops).toEqual([
      expect.stringMatching("Details"),
      expect.stringMatching(/bob, editor/),
      expect.stringMatching("File changes"),
      expect.stringMatching(/^Carol Danvers, .*Following along/),
      "React (+)",
      "Reply (r)",
      "Message",
    ]);
  });

  it("tells a screen reader what is new, once each, and not what is old", async () => {
    const panel = await show({ messages: conversation() });
    // The first one is of the questions of agents.
    const status = panel.page.getByRole("status").last();
    await expect.poll(() => status.innerText()).toBe("");
    await panel.tell({ type: "chat", chat: { messages: [message({ content: "hello" })] } });
    await expect.poll(() => status.innerText()).toBe("bob: hello");
    expect(await panel.page.getByRole("log").getAttribute("aria-live")).toBe("off");
  });
});
