// Notifications: which news are shown, and when they go.
import type { EditorChatMessage } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Unread } from "../../src/chat/unread";
import { News } from "../../src/status/news";
import { showNotices } from "../../src/status/notices";
import { Joined, settled } from "../joined";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

let joined: Joined;
let unread: Unread;
let shown: Map<string, string>;
let disposables: { dispose(): unknown }[];

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  joined = new Joined();
  joined.state({ role: "editor" });
  unread = new Unread(joined.session);
  shown = new Map();
  const news = new News(async ({ key, text }, hasSettled) => {
    shown.set(key, text);
    await hasSettled;
    shown.delete(key);
  });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  disposables = [...showNotices(joined.session, unread, news, log as never), unread];
});

afterEach(() => {
  for (const disposable of disposables) {
    disposable.dispose();
  }
});

function mention(id: string, more: Partial<EditorChatMessage> = {}): EditorChatMessage {
  return {
    ...{ id, seq: 1, kind: "chat", user_id: "b", username: "bob", color: 0, is_me: false },
    ...{ content: `@me ${id}`, timestamp: "2026-01-01T12:00:00Z", mentions_me: true, ...more },
  } as EditorChatMessage;
}

function chat(...messages: EditorChatMessage[]): void {
  joined.session.handlers["peerline/chat"]({ messages, reset: false });
}

function comings(who: { joined?: string[]; left?: string[]; removed?: string[] }): void {
  const person = (name: string) => ({ user_id: name, username: name, color: 0 });
  const removed = (who.removed ?? []).map((name) => ({ ...person(name), was_removed: true }));
  joined.session.handlers["peerline/participants"]({
    participants: [],
    joined: (who.joined ?? []).map(person),
    left: [...(who.left ?? []).map(person), ...removed],
  });
}

describe("a mention in the chat", () => {
  it("is shown, the last one of several", () => {
    chat(mention("m1"), mention("m2"), mention("m3", { mentions_me: false }));
    expect([...shown]).toEqual([["chat", "bob: @me m2"]]);
  });

  it.each([
    ["one's own", () => chat(mention("m1", { is_me: true }))],
    [
      "in a chat that is seen",
      () => {
        unread.setChatVisible(true);
        chat(mention("m1"));
      },
    ],
    [
      "that is not wanted",
      () => {
        code.settings.set("notifications.mentions", false);
        chat(mention("m1"));
      },
    ],
  ])("is not shown if it is %s", (_name, act) => {
    act();
    expect([...shown]).toEqual([]);
  });

  it.each([
    ["it was read", () => unread.setChatVisible(true)],
    ["it was deleted", () => chat(mention("m1", { is_deleted: true }))],
    ["it mentions one no longer", () => chat(mention("m1", { mentions_me: false }))],
    ["the session has ended", () => joined.state({ state: "offline" })],
  ])("goes when %s", async (_name, act) => {
    chat(mention("m1"));
    act();
    await settled();
    expect([...shown]).toEqual([]);
  });

  it("stays while other messages go", async () => {
    chat(mention("m1"));
    chat(mention("m0", { is_deleted: true, mentions_me: false }));
    await settled();
    expect(shown.size).toBe(1);
  });
});

describe("a role", () => {
  it("is told when it is another one in the same session", () => {
    joined.state({ role: "viewer" });
    joined.state({ role: "viewer" });
    expect(code.shown).toHaveLength(1);
    expect(code.shown[0]).toMatch(/^info: You are a viewer now/);
  });

  it("is no news at the beginning, nor in the next session", () => {
    joined.state({ state: "reconnecting", role: undefined as never });
    joined.state({ role: "editor" });
    joined.state({ state: "offline", role: undefined as never });
    joined.state({ role: "host" });
    expect(code.shown).toEqual([]);
  });

  it("that changed while the connection was away is told", () => {
    joined.state({ state: "reconnecting", role: undefined as never });
    joined.state({ role: "host" });
    expect(code.shown[0]).toMatch(/^info: You are a host now/);
  });
});

describe("people who come and go", () => {
  it.each([
    ["editor", true, ["info: ann joined.", "info: eve left."]],
    ["editor", false, []],
    ["host", false, []],
  ] as const)("are told to an %s who wants it (%s)", (role, wants, texts) => {
    joined.state({ role });
    code.shown = [];
    code.settings.set("notifications.joins", wants);
    comings({ joined: ["ann"] });
    comings({ left: ["eve"] });
    expect(code.shown).toEqual(texts);
  });

  it.each([
    ["host", 1],
    ["editor", 0],
  ] as const)("by a removal are told to a %s always", (role, count) => {
    joined.state({ role });
    code.shown = [];
    code.settings.set("notifications.joins", false);
    comings({ removed: ["eve"] });
    expect(code.shown).toHaveLength(count);
  });
});

describe("a notice of the bridge", () => {
  it.each(["info", "warning", "error"] as const)("is shown by its level: %s", (level) => {
    joined.session.handlers["peerline/notice"]({ level, code: "X", message: "Hello." });
    expect(code.shown).toEqual([`${level}: Peerline: Hello.`]);
  });

  it("about a role leaves the word to the role's own text", () => {
    joined.session.handlers["peerline/notice"]({ level: "info", code: "DECIDED", message: "x" });
    expect(code.shown).toEqual([]);
  });
});
