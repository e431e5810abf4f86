// The panel's host, over a server that the test plays.
import type { FromPanel, ToPanel } from "@peerline/ui/messages";
import { INITIAL, type PanelState, reduce } from "@peerline/ui/model/state";
import { describe, expect, it } from "vitest";
import { SESSION, Session } from "../../../client-js/test/session.ts";
import { settled, type Wire, World } from "../../../client-js/test/world.ts";
import { type Ending, endingOf } from "../../src/session/ending.ts";
import { SessionHost } from "../../src/session/sessionHost.ts";
import type { PageAround } from "../../src/shared/pageAround.ts";

const LINK = { address: "h:1", sessionId: SESSION, tls: false, prefix: "" };

/** A panel on a host, as the components would have it. */
class Panel {
  readonly world = new World();
  readonly session: Session;
  readonly answers: ToPanel[] = [];
  readonly later: (() => void)[] = [];
  state: PanelState = INITIAL;
  read = 0;
  readonly host: SessionHost;

  constructor(plan: ConstructorParameters<typeof Session>[0] = [], page: Partial<PageAround> = {}) {
    this.session = new Session(plan);
    const panel = this;
    const around: PageAround = {
      isAttentive: false,
      load: () => undefined,
      save: () => {},
      get readSeq() {
        return panel.read;
      },
      keepReadSeq: (seq) => {
        this.read = seq;
      },
      later: (_, act) => {
        this.later.push(act);
        return () => {};
      },
      openLink: () => {},
      typed: () => {},
      sent: () => {},
      rejoin: () => {},
      goToFront: () => {},
      look: () => {},
      changed: () => {},
      followed: undefined,
      fault: (what, error) => {
        throw new Error(what, { cause: error });
      },
    };
    Object.assign(around, page);
    const credentials = { invite: "code", username: "me" };
    const joining = { link: LINK, credentials, environment: this.world };
    this.host = new SessionHost(joining, around, () => {});
    this.host.listen((message) => {
      if (message.type === "answer" || message.type === "returned") {
        this.answers.push(message);
      }
      if (message.type !== "answer" && message.type !== "compose" && message.type !== "focus") {
        this.state = reduce(this.state, message);
      }
    });
  }

  get ending(): Ending | undefined {
    return this.host.end === undefined ? undefined : endingOf(this.host.end);
  }

  async joined(): Promise<Wire> {
    this.host.client.start();
    const wire = this.world.opened();
    wire.next();
    wire.give(this.session.snapshot());
    this.host.post({ type: "ready" });
    await settled();
    return wire;
  }
}

describe("the host of the panel", () => {
  it("shows the session as it is, and then what happens", async () => {
    const panel = new Panel([
      ["join", 0, 0],
      ["chat", 0, 0],
    ]);
    const wire = await panel.joined();
    expect(panel.state.connection.state).toBe("joined");
    expect(panel.state.participants.map(({ username }) => username)).toContain("alice");
    const before = panel.state.messages.length;
    panel.session.take(["chat", 0, 1]);
    wire.give(panel.session.events.at(-1));
    expect(panel.state.messages.length).toBe(before + 1);
    expect(panel.state.messages.at(-1)?.kind).toBe("chat");
    panel.session.take(["leave", 0, 0]);
    wire.give(panel.session.events.at(-1));
    for (const act of panel.later) {
      act();
    }
    expect(panel.state.messages.at(-1)).toMatchObject({ kind: "system", content: "left" });
    expect(panel.state.participants.map(({ username }) => username)).not.toContain("alice");
  });

  it("shows a message that waits, and takes it back when it is refused", async () => {
    const panel = new Panel();
    const wire = await panel.joined();
    wire.end();
    panel.host.post({ type: "send", content: "later" });
    await settled();
    expect(panel.state.messages.at(-1)).toMatchObject({ content: "later", is_pending: true });
    expect(panel.state.connection.state).toBe("reconnecting");
    const [message] = panel.state.messages.slice(-1);
    panel.host.post({ type: "discard", request: "r1", messageId: message?.id ?? "" });
    await settled();
    expect(panel.state.messages.some(({ content }) => content === "later")).toBe(false);
    expect(panel.answers).toEqual([{ type: "answer", request: "r1" }]);
  });

  it("says why nothing can be changed in a message that is gone", async () => {
    const panel = new Panel();
    await panel.joined();
    panel.host.post({ type: "resend", request: "r1", messageId: "pending-none" });
    await settled();
    const refusal = "this message was already sent";
    expect(panel.answers).toEqual([{ type: "answer", request: "r1", refusal }]);
  });

  it("ends with the reason, and whether one can come back", async () => {
    const panel = new Panel();
    const wire = await panel.joined();
    wire.give({
      type: "error",
      error_code: "BANNED",
      message: "a host removed you",
      timestamp: "2026-01-01T00:00:00Z",
    });
    wire.end(4410);
    await settled();
    expect(panel.state.connection).toMatchObject({ state: "offline", is_over: true });
    expect(panel.state.participants).toEqual([]);
  });

  it.each([
    ["BANNED", 4410, "You were removed"],
    ["SESSION_ENDED", 4411, "The session has ended"],
    ["TOKEN_EXPIRED", 4401, "Your sign-in has expired"],
    ["TOKEN_REVOKED", 4401, "Your sign-in was revoked"],
    ["NOT_A_PARTICIPANT", 4403, "You are not a participant"],
  ])("ends with a dialog of its own after %s", async (code, close, title) => {
    const panel = new Panel();
    const wire = await panel.joined();
    expect(panel.host.end).toBeUndefined();
    const timestamp = "2026-01-01T00:00:00Z";
    wire.give({ type: "error", error_code: code, message: "", timestamp });
    wire.end(close, "it is over");
    await settled();
    expect(panel.ending).toMatchObject({ title, reason: "It is over." });
  });

  it.each([
    ["JOIN_DENIED", 4403, "Your request was declined"],
    ["JOIN_UNANSWERED", 4408, "No host answered"],
    ["INVITE_EXPIRED", 4403, "This link has expired"],
    ["SESSION_NOT_FOUND", 4404, "There is no such session"],
  ])("is never joined after %s", async (code, close, title) => {
    const panel = new Panel();
    panel.host.client.start();
    const wire = panel.world.opened();
    wire.next();
    const timestamp = "2026-01-01T00:00:00Z";
    const session_id = SESSION;
    if (code.startsWith("JOIN")) {
      wire.give({ type: "join_pending", session_id, message: "wait", timeout: 60 });
      await settled();
      panel.host.post({ type: "ready" });
      expect(panel.state.connection.state).toBe("waiting");
    }
    wire.give({ type: "error", error_code: code, message: "no", timestamp });
    wire.end(close);
    await settled();
    expect(panel.ending).toMatchObject({ title, reason: "No." });
  });

  it("has not ended while the server is away", async () => {
    const panel = new Panel();
    const wire = await panel.joined();
    wire.end();
    await settled();
    expect(panel.state.connection.state).toBe("reconnecting");
    expect(panel.host.end).toBeUndefined();
  });
});

describe("what the panel asks", () => {
  function refusal(request_id: unknown, message = "it is not allowed") {
    const timestamp = "2026-01-01T00:00:00Z";
    return { type: "error", error_code: "PERMISSION_DENIED", message, request_id, timestamp };
  }

  it.each([
    [
      { type: "edit", content: "b" },
      { type: "edit_message", message_id: "m1", content: "b" },
    ],
    [{ type: "delete" }, { type: "delete_message", message_id: "m1" }],
    [
      { type: "react", emoji: "👍", remove: true },
      { type: "react", emoji: "👍", remove: true },
    ],
  ])("%j of a message goes to the server, and its answer back", async (asked, sent) => {
    const panel = new Panel();
    const wire = await panel.joined();
    wire.all();
    panel.host.post({ request: "r1", messageId: "m1", ...asked } as FromPanel);
    await settled();
    const [message] = wire.all();
    expect(message).toMatchObject(sent);
    expect(panel.answers).toEqual([]);
    wire.give(refusal(message?.request_id));
    await settled();
    expect(panel.answers).toEqual([
      { type: "answer", request: "r1", refusal: expect.stringMatching(/not allowed/) },
    ]);
  });

  it("about a message that waits changes that", async () => {
    const panel = new Panel();
    const wire = await panel.joined();
    wire.end();
    panel.host.post({ type: "send", content: "later" });
    await settled();
    const waiting = () => panel.state.messages.filter(({ is_pending: isPending }) => isPending);
    const post = async (asked: object) => {
      const messageId = waiting()[0]?.id ?? "";
      panel.host.post({ request: "r1", messageId, ...asked } as FromPanel);
      await settled();
      return panel.answers.pop();
    };
    expect(await post({ type: "react", emoji: "👍", remove: false })).toMatchObject({
      refusal: "this message was not sent yet",
    });
    expect(await post({ type: "edit", content: "much later" })).not.toHaveProperty("refusal");
    expect(waiting().map(({ content }) => content)).toEqual(["much later"]);
    expect(await post({ type: "delete" })).not.toHaveProperty("refusal");
    expect(waiting()).toEqual([]);
  });

  it.each([
    ["reply", "m1"],
    ["message", undefined],
  ])("gets a refused %s back, to be changed", async (_name, parentId) => {
    const panel = new Panel();
    const wire = await panel.joined();
    wire.all();
    const parent = parentId === undefined ? {} : { parentId };
    panel.host.post({ type: "send", content: "hello", ...parent });
    await settled();
    expect(panel.state.sending).toBe(1);
    const [message] = wire.all();
    wire.give(refusal(message?.request_id));
    await settled();
    expect(panel.state.sending).toBe(0);
    expect(panel.answers).toEqual([
      {
        type: "returned",
        returned: { content: "hello", refusal: expect.stringMatching(/not allowed/), ...parent },
      },
    ]);
  });

  it("loads older messages page by page, and says why it cannot", async () => {
    const panel = new Panel([
      ["join", 0, 0],
      ["chat", 0, 0],
    ]);
    const wire = await panel.joined();
    wire.all();
    const [first] = panel.state.messages;
    const page = async (answer: (request_id: unknown) => object) => {
      panel.host.post({ type: "history" });
      await settled();
      const [asked] = wire.all();
      wire.give(answer(asked?.request_id));
      await settled();
      return asked;
    };
    const old = { user_id: "alice", username: "alice", timestamp: "2026-01-01T00:00:00Z" };
    const history = (seq: number) => (request_id: unknown) => ({
      ...{ type: "history", session_id: SESSION, request_id, has_more: seq > 1 },
      messages: [{ ...old, id: `old${seq}`, content: "old", seq }],
    });
    const { before } = (await page(history(1))) as { before: number };
    expect(before).toBe(2); // the chat message is the second event
    expect(panel.state.messages.map(({ id }) => id)).toEqual(["old1", first?.id]);
    const next = await page(refusal);
    expect(next).toMatchObject({ before: 1 });
    expect(panel.state.history.refusal).toMatch(/not allowed/);
  });

  it("that is for the page goes there", async () => {
    const looked: string[] = [];
    const panel = new Panel([], {
      openLink: (url) => looked.push(url),
      typed: () => looked.push("typed"),
      sent: () => looked.push("sent"),
      rejoin: () => looked.push("rejoin"),
      goToFront: () => looked.push("front"),
      look: ({ type }) => looked.push(type),
    });
    await panel.joined();
    panel.host.post({ type: "link", url: "https://example.org" });
    panel.host.post({ type: "typing" });
    panel.host.post({ type: "send", content: "hello" });
    panel.host.post({ type: "rejoin", sessionId: "s" });
    panel.host.post({ type: "run", command: "join" });
    panel.host.post({ type: "goto", userId: "alice" });
    panel.host.post({ type: "read", seq: 7 });
    expect(looked).toEqual(["https://example.org", "typed", "sent", "rejoin", "front", "goto"]);
    expect(panel.read).toBe(7);
  });
});
