// The chat panel's host: what the page is told and when, and what becomes of what it asks.
import type { EditorChatMessage } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChatPanel } from "../../src/chat/chatPanel";
import { Unread } from "../../src/chat/unread";
import { Joined, person, settled } from "../joined";
import { begin, code, EventEmitter, Kept, Uri, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

/** A message to the page: its type, and the rest. */
type Told = { readonly type: string } & Record<string, unknown>;

/** A view of VS Code, with the page in it. */
class View {
  readonly #messages = new EventEmitter<unknown>();
  readonly #visibility = new EventEmitter<unknown>();
  readonly #disposal = new EventEmitter<unknown>();
  readonly told: Told[] = [];
  visible = true;
  badge: unknown;
  readonly onDidChangeVisibility = this.#visibility.event;
  readonly onDidDispose = this.#disposal.event;
  readonly webview = {
    html: "",
    options: {},
    cspSource: "https://here",
    asWebviewUri: (uri: Uri) => uri,
    postMessage: async (message: Told) => this.told.push(message),
    onDidReceiveMessage: this.#messages.event,
  };

  /** The page says something. */
  async say(message: object): Promise<void> {
    this.#messages.fire(message);
    await settled();
  }

  show(isVisible: boolean): void {
    this.visible = isVisible;
    this.#visibility.fire({});
  }

  close(): void {
    this.#disposal.fire({});
  }

  types(): string[] {
    return this.told.map(({ type }) => type);
  }

  of(type: string): Told[] {
    return this.told.filter((message) => message.type === type);
  }
}

const RECENT = {
  ...{ session_id: "s1", title: "Pairing", server: "h:1", last_joined: "2026-01-01T12:00:00Z" },
  ...{ link: "peerline://h:1/s1", is_own: false },
};

let joined: Joined;
let unread: Unread;
let panel: ChatPanel;
let view: View;
let warned: string[];

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  joined = new Joined();
  unread = new Unread(joined.session);
  warned = [];
  const recent = { known: [RECENT], onDidChange: new EventEmitter().event };
  const log = { warn: (text: string) => warned.push(text) };
  const extension = { extensionUri: Uri.file("/extension"), workspaceState: new Kept() };
  const parts = [joined.session, unread, recent, log, extension];
  panel = new ChatPanel(...(parts as unknown as ConstructorParameters<typeof ChatPanel>));
  view = open();
});

afterEach(() => {
  panel.dispose();
  unread.dispose();
});

function open(): View {
  const opened = new View();
  panel.resolveWebviewView(opened as never);
  return opened;
}

function message(seq: number, more: Partial<EditorChatMessage> = {}): EditorChatMessage {
  return {
    ...{ id: `m${seq}`, seq, kind: "chat", user_id: "b", username: "bob", color: 0 },
    ...{ content: "hello", timestamp: "2026-01-01T12:00:00Z", is_me: false, ...more },
  } as EditorChatMessage;
}

function chat(...messages: EditorChatMessage[]): void {
  joined.session.handlers["peerline/chat"]({ messages, reset: false });
}

describe("a page", () => {
  it("is told nothing before it is ready, and then everything", async () => {
    joined.participants(person("bob"));
    expect(view.told).toEqual([]);
    await view.say({ type: "ready" });
    expect(view.types()).toEqual(["snapshot"]);
    expect(view.told[0]?.snapshot).toMatchObject({
      ...{ participants: [{ username: "bob" }], sending: 0, isAttentive: true, hasOwnList: true },
      recent: [{ id: "s1", place: "h:1" }],
    });
    chat(message(1));
    joined.participants();
    expect(view.types()).toEqual(["snapshot", "chat", "participants"]);
  });

  it("that was hidden is told nothing until the next one is ready", async () => {
    await view.say({ type: "ready" });
    view.show(false);
    view.show(true);
    chat(message(1));
    expect(view.of("chat")).toEqual([]);
    await view.say({ type: "ready" });
    const [, snapshot] = view.of("snapshot");
    expect(snapshot?.snapshot).toMatchObject({ messages: [{ id: "m1" }] });
  });

  it("is told of an agent's work, and looks at none when it is hidden", async () => {
    await view.say({ type: "ready" });
    const work = { agent_id: "robo", is_whole: true };
    joined.session.handlers["peerline/agentWork"](work);
    expect(view.of("agentWork")).toEqual([{ type: "agentWork", work }]);
    await view.say({ type: "watch", request: "r1", agentId: "robo", isWatched: true });
    view.show(false);
    await settled();
    const asked = joined.requests.filter(([name]) => name.endsWith("atchAgent"));
    expect(asked.map(([name]) => name)).toEqual(["peerline.watchAgent", "peerline.unwatchAgent"]);
  });

  it("gets another session whole", async () => {
    await view.say({ type: "ready" });
    joined.session.handlers["peerline/chat"]({ messages: [message(7)], reset: true });
    expect(view.types()).toEqual(["snapshot", "snapshot"]);
    // Messages from before the user joined count as read.
    expect(view.told[1]?.snapshot).toMatchObject({ messages: [{ id: "m7" }], readSeq: 7 });
  });

  it("says how far it was read, for the next page", async () => {
    joined.state({ title: "Pairing" });
    await view.say({ type: "ready" });
    chat(message(7));
    await view.say({ type: "read", seq: 7 });
    await view.say({ type: "ready" });
    expect(view.of("snapshot").at(-1)?.snapshot).toMatchObject({ readSeq: 7 });
  });

  it("runs one script, by a number of its own", () => {
    const [nonce, used] = [...view.webview.html.matchAll(/nonce[-=]"?([\w-]+)/g)].map(
      ([, found]) => found,
    );
    expect(nonce).toHaveLength(22);
    expect(used).toBe(nonce);
    expect(open().webview.html).not.toBe(view.webview.html);
  });

  it("that says something else is not understood", async () => {
    await view.say({ type: "run", command: "workbench.action.terminal.new" });
    await view.say({ type: "nonsense" });
    expect(warned).toHaveLength(2);
    expect(code.shown).toEqual([]);
  });
});

describe("a message", () => {
  beforeEach(() => view.say({ type: "ready" }));

  it("is counted until it has its answer", async () => {
    await view.say({ type: "send", content: "hello", parentId: "m1" });
    expect(joined.requests).toEqual([["peerline.sendChat", { content: "hello", parent_id: "m1" }]]);
    expect(view.of("sending").map(({ count }) => count)).toEqual([1, 0]);
    expect(view.of("returned")).toEqual([]);
  });

  it("that was refused is given back", async () => {
    joined.refuse("peerline.sendChat", "TOO_LONG", "It is too long.");
    await view.say({ type: "send", content: "hello" });
    expect(view.of("returned").map(({ returned }) => returned)).toEqual([
      { content: "hello", refusal: "It is too long." },
    ]);
    expect(view.of("sending").at(-1)?.count).toBe(0);
  });

  it("is given back to the next page if this one has gone, once", async () => {
    joined.refuse("peerline.sendChat", "TOO_LONG", "It is too long.");
    view.show(false);
    await view.say({ type: "send", content: "one" });
    await view.say({ type: "send", content: "two" });
    expect(view.of("returned")).toEqual([]);
    view.show(true);
    await view.say({ type: "ready" });
    await view.say({ type: "ready" });
    // The page puts each in front of what is there: the first one comes last.
    const contents = view.of("returned").map(({ returned }) => (returned as Told).content);
    expect(contents).toEqual(["two", "one"]);
  });

  it("is loaded from before the oldest one, once at a time", async () => {
    chat(message(5), message(6));
    let answer = (_: unknown): void => undefined;
    joined.answers.set("peerline.loadHistory", new Promise((resolve) => (answer = resolve)));
    await view.say({ type: "history" });
    await view.say({ type: "history" });
    expect(joined.requests).toEqual([["peerline.loadHistory", { before: 5 }]]);
    answer({});
    await settled();
    expect(view.of("history")).toEqual([{ type: "history" }]);
    joined.refuse("peerline.loadHistory", "OFFLINE", "There is no connection.");
    await view.say({ type: "history" });
    expect(view.of("history").at(-1)?.refusal).toBe("There is no connection.");
  });
});

describe("what the page asks", () => {
  beforeEach(() => view.say({ type: "ready" }));

  it("is answered also if it was refused", async () => {
    joined.refuse("peerline.deleteMessage", "FORBIDDEN", "It is not yours.");
    await view.say({ type: "delete", request: "1", messageId: "m1" });
    expect(view.of("answer")).toEqual([
      { type: "answer", request: "1", refusal: "It is not yours." },
    ]);
  });

  it("and cannot be done is said", async () => {
    joined.refuse("peerline.locate", "NOT_FOUND", "There is no such file here.");
    await view.say({ type: "open", place: { file: "a.py", line: 1 } });
    expect(code.shown).toEqual(["warning: Peerline: There is no such file here."]);
    expect(warned).toEqual(["open: NOT_FOUND"]);
  });

  it("needs no word where it is only about typing", async () => {
    joined.refuse("peerline.typing", "OFFLINE", "There is no connection.");
    await view.say({ type: "typing" });
    expect([joined.requests.length, code.shown]).toEqual([1, []]);
  });

  it.each([
    [{ type: "run", command: "start" }, "command: peerline.startSession"],
    [{ type: "run", command: "recent" }, "command: peerline.recentSessions"],
    [{ type: "rejoin", sessionId: "s1" }, "command: peerline.joinSession peerline://h:1/s1"],
    [{ type: "rejoin", sessionId: "s9" }, "command: peerline.joinSession undefined"],
    [{ type: "link", url: "https://example.org/a" }, "external: https://example.org/a"],
  ])("%j", async (asked, shown) => {
    await view.say(asked);
    expect(code.shown).toEqual([shown]);
  });

  it("goes to participants who are still here", async () => {
    joined.participants(person("bob"));
    await view.say({ type: "goto", userId: "eve" });
    expect(code.shown).toEqual([]);
    await view.say({ type: "goto", userId: "bob" });
    expect(code.shown).toEqual(["command: peerline.goToParticipant [object Object]"]);
  });
});

describe("text for the composer", () => {
  it("waits for the page, all of it", async () => {
    await panel.compose(undefined);
    expect(code.shown).toEqual([]);
    await panel.compose("a.py:1");
    await panel.compose("a.py:2");
    expect(code.shown[0]).toBe("command: peerline.chat.focus");
    expect(view.told).toEqual([]);
    await view.say({ type: "ready" });
    await view.say({ type: "ready" });
    expect(view.of("compose").map(({ text }) => text)).toEqual(["a.py:1\na.py:2"]);
  });
});

describe("unread messages", () => {
  it("are counted while the chat is out of sight", () => {
    view.show(false);
    chat(message(1), message(2, { is_me: true }), message(3, { kind: "system" as never }));
    expect(view.badge).toEqual({ value: 1, tooltip: "1 unread message" });
    chat(message(4));
    expect(view.badge).toEqual({ value: 2, tooltip: "2 unread messages" });
    view.show(true);
    expect(view.badge).toBeUndefined();
    chat(message(5));
    expect(view.badge).toBeUndefined();
  });

  it("are counted in a window without the focus, and the page is told", async () => {
    await view.say({ type: "ready" });
    window.focus(false);
    chat(message(1));
    expect(unread.count).toBe(1);
    window.focus(true);
    expect(unread.count).toBe(0);
    expect(view.of("attention").map(({ isAttentive }) => isAttentive)).toEqual([false, true]);
  });

  it("are shown by the next view, and gone with the session", () => {
    view.close();
    expect(unread.isChatResolved).toBe(false);
    chat(message(1));
    const hidden = new View();
    hidden.visible = false;
    panel.resolveWebviewView(hidden as never);
    expect(hidden.badge).toEqual({ value: 1, tooltip: "1 unread message" });
    joined.state({ state: "offline" });
    expect(hidden.badge).toBeUndefined();
  });
});
