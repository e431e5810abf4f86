// Notifications that can be taken away again: how they are written, and how long they stay.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { NewsItem } from "../../src/status/news";
import { showNews } from "../../src/status/showNews";
import { begin, code, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

beforeEach(() => {
  vi.useFakeTimers();
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
});

afterEach(() => vi.useRealTimers());

/** A message that is shown; it can be settled. */
function show(over: Partial<NewsItem> = {}) {
  const link = (text: string) => ({ text, open: async () => undefined });
  const item = { key: "k)", text: "bob replied", links: [link("Show"), link("Hide")], ...over };
  let settle = (): void => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const state = { isGone: false };
  showNews(item, settled).then(() => Object.assign(state, { isGone: true }));
  return { state, settle: () => settle() };
}

describe("a message", () => {
  it("has its links behind the text, by key and number", () => {
    show();
    expect(code.shown[0]).toBe(
      "progress: bob replied [Show](command:peerline.openNews?%5B%22k)%22%2C0%5D) [Hide](command:peerline.openNews?%5B%22k)%22%2C1%5D)",
    );
  });

  it("has no links of others", () => {
    show({ text: "[x](command:quit) and [open", links: [] });
    expect(code.shown[0]).toBe("progress: [x]\u200b(command:quit) and (open");
  });
});

describe("a message stays", () => {
  it("for 30 seconds in which the window has the focus", async () => {
    const { state } = show();
    await vi.advanceTimersByTimeAsync(10_000);
    window.focus(false);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(state.isGone).toBe(false);
    window.focus(true);
    await vi.advanceTimersByTimeAsync(18_000);
    expect(state.isGone).toBe(false);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(state.isGone).toBe(true);
  });

  it("until it is settled, which takes no time", async () => {
    const { state, settle } = show();
    settle();
    await vi.advanceTimersByTimeAsync(0);
    expect(state.isGone).toBe(true);
    expect(vi.getTimerCount()).toBe(1); // the second that it was in
  });

  it("until it is settled if somebody waits for the answer", async () => {
    const { state, settle } = show({ stays: true });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(state.isGone).toBe(false);
    settle();
    await vi.advanceTimersByTimeAsync(0);
    expect(state.isGone).toBe(true);
  });
});
