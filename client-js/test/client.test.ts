// The connection, against a server that the test plays, with a clock that it moves.
import { describe, expect, it, vi } from "vitest";
import { Client } from "../src/client.ts";
import { RequestRefused, RequestTimeout } from "../src/errors.ts";
import type { ClientOptions } from "../src/options.ts";
import { SESSION, Session } from "./session.ts";
import { settled, type Wire, World } from "./world.ts";

const LINK = { address: "h:1", sessionId: SESSION, tls: false, prefix: "" };
const NOW = "2026-01-01T00:00:00.000Z";

function error(code: string, message: string, extra: object = {}) {
  return { type: "error", error_code: code, message, timestamp: NOW, ...extra };
}

function started(options: Partial<ClientOptions> = {}) {
  const world = new World();
  const session = new Session();
  const states: string[] = [];
  const client = new Client({
    link: LINK,
    credentials: { invite: "code", username: "Alice" },
    environment: world,
    onState: (state, reason, code) => states.push([state, reason, code].filter(Boolean).join(": ")),
    ...options,
  });
  client.start();
  return { world, session, states, client };
}

function join(world: World, answer: object): Wire {
  const wire = world.opened();
  wire.next();
  wire.give(answer);
  return wire;
}

describe("a client", () => {
  it("joins with its credentials, and comes back with what it has", async () => {
    const kept: string[] = [];
    const { world, session, states } = started({ onToken: (token) => kept.push(token) });
    const first = world.opened();
    expect(first.url).toBe(`ws://h:1/ws/session/${SESSION}`);
    const known = { type: "join_session", session_id: SESSION, username: "Alice" };
    expect(first.next()).toEqual({ ...known, invite: "code" });
    first.give({ ...session.snapshot(), auth_token: "guest" });
    expect(kept).toEqual(["guest"]);
    first.end();
    await world.pass(1);
    const resume = { epoch: "e", seq: 0 };
    expect(world.opened().next()).toEqual({ ...known, auth_token: "guest", resume });
    expect(states).toEqual(["joined", "reconnecting: the connection broke"]);
  });

  it("changes its name, and comes back with the new one", async () => {
    const { world, session, client } = started();
    const wire = join(world, { ...session.snapshot(), auth_token: "guest" });
    const changed = client.changeName("Ann");
    const asked = wire.next() as { request_id: string };
    expect(asked).toMatchObject({ type: "change_name", session_id: SESSION, name: "Ann" });
    wire.give({ type: "ack", session_id: SESSION, request_id: asked.request_id, seq: 1 });
    expect(typeof (await changed)).toBe("string");
    wire.end();
    await world.pass(1);
    expect(world.opened().next()).toMatchObject({ username: "Ann", auth_token: "guest" });
  });

  it("ends where the server decides, and says why", async () => {
    const { world, states, client } = started();
    join(world, error("INVITE_EXPIRED", "the invite has expired"));
    await world.pass(100);
    expect(states).toEqual(["closed: the invite has expired: INVITE_EXPIRED"]);
    expect(world.wires).toHaveLength(1);
    await expect(client.request({ type: "summon" })).rejects.toThrow("there is no connection");
  });

  it("waits as long as the server says, and longer after each failure", async () => {
    const { world, states } = started();
    world.chance = 0.999;
    join(world, error("SERVER_BUSY", "busy", { retry_after: 7 }));
    await world.pass(6.9);
    expect(world.wires).toHaveLength(1);
    await world.pass(0.2);
    expect(world.wires).toHaveLength(2);
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      const count = world.wires.length;
      world.wires.at(-1)?.end();
      await world.pass(seconds * 0.99);
      expect(world.wires).toHaveLength(count);
      await world.pass(seconds * 0.02);
      expect(world.wires).toHaveLength(count + 1);
    }
    expect(states.at(-1)).toBe("reconnecting: cannot reach h:1");
  });

  it("waits for a host, and joins when one answers", async () => {
    const { world, session, states } = started();
    const wire = join(world, { type: "join_pending", session_id: SESSION, timeout: 120 });
    await world.pass(125);
    expect(states).toEqual(["waiting: waiting for a host to admit you"]);
    wire.give(session.snapshot());
    expect(states.at(-1)).toBe("joined");
  });

  it.each([
    ["no JSON", "cannot be read (the message is not valid JSON)"],
    [JSON.stringify({ type: "add_comment" }), "cannot be read (it is no message of a Peerline"],
    [
      JSON.stringify({ type: "connected", session_id: SESSION }),
      "cannot be read (user: is missing)",
    ],
    [new Uint8Array(3), "cannot be read (it is no message of a Peerline server)"],
    [JSON.stringify({ ...new Session().snapshot(), session_id: "other" }), "about another session"],
    [JSON.stringify(new Session().snapshot(true)), "goes on with a session that was not there"],
  ])("gives up at an answer that it cannot read: %s", async (answer, reason) => {
    const { world, states } = started();
    join(world, answer as object);
    await world.pass(2);
    expect(states).toHaveLength(1);
    expect(states[0]).toMatch(/^closed: The answer of the server at h:1 /);
    expect(states[0]).toContain(reason);
  });

  it("takes an answer that comes behind something else, and types that it does not know", async () => {
    const { world, session, states } = started();
    const wire = join(world, "no JSON" as unknown as object);
    wire.give({ type: "of_the_future", session_id: SESSION });
    wire.give(session.snapshot());
    expect(states).toEqual(["joined"]);
  });

  it("resumes when an event is missing", async () => {
    const { world, session, states } = started();
    const wire = join(world, session.snapshot());
    session.say("bob", "one");
    session.say("bob", "two");
    wire.give(session.events[1]);
    expect(states.at(-1)).toBe("reconnecting: an event was missed");
    await world.pass(1);
    expect(world.opened().next().resume).toEqual({ epoch: "e", seq: 0 });
  });

  it("notices a server that is silent, and one that answers", async () => {
    const { world, session, states } = started();
    const wire = join(world, session.snapshot());
    await world.pass(30);
    const probe = wire.next();
    expect(probe).toEqual({
      type: "presence_update",
      session_id: SESSION,
      request_id: expect.any(String),
    });
    wire.give({ type: "ack", session_id: SESSION, request_id: probe.request_id, seq: 0 });
    await world.pass(49);
    expect(states).toEqual(["joined"]);
    await world.pass(30);
    expect(states.at(-1)).toBe("reconnecting: the server did not answer in time");
  });

  it("looks at once when the page wakes", async () => {
    const { world, session, client } = started();
    join(world, session.snapshot());
    client.wake();
    await world.pass(5);
    expect(client.state).toBe("reconnecting");
    client.wake();
    expect(world.wires).toHaveLength(2);
  });

  it("joins as a new guest when the server no longer knows the old one", async () => {
    const { world, session, client, states } = started({
      credentials: { invite: "code", username: "Alice", guestToken: "old" },
    });
    const wire = world.opened();
    expect(wire.next().auth_token).toBe("old");
    wire.give(error("TOKEN_INVALID", "auth_token: it is not a token that this server accepts"));
    await world.pass(1);
    const again = world.opened();
    expect(again.next().auth_token).toBeUndefined();
    again.give({ ...session.snapshot(), auth_token: "new" });
    expect(client.guestToken).toBe("new");
    expect(states).toEqual(["reconnecting: joining as a new guest", "joined"]);
  });

  it("asks for a newer token when its own expires, and before", async () => {
    const tokens = ["two", "three"];
    const { world, session } = started({
      credentials: { authToken: "Bearer one" },
      getToken: async () => tokens.shift(),
    });
    const first = world.opened();
    expect(first.next().auth_token).toBe("one");
    first.give(error("TOKEN_EXPIRED", "auth_token: it has expired"));
    await world.pass(1);
    const second = world.opened();
    expect(second.next().auth_token).toBe("two");
    second.give(session.snapshot());
    second.give({ type: "token_expiring", session_id: SESSION, expires_at: NOW });
    await settled();
    expect(second.next()).toMatchObject({ type: "renew_token", auth_token: "three" });
  });

  it("waits for a token where it may, and goes on with it", async () => {
    const { world, session, client, states } = started({
      credentials: { authToken: "one" },
      waitsForToken: true,
    });
    join(world, error("TOKEN_EXPIRED", "auth_token: it has expired"));
    await world.pass(100);
    expect(states).toEqual(["token_needed: Your token has expired.: TOKEN_EXPIRED"]);
    client.renew("two");
    const wire = world.opened();
    expect(wire.next().auth_token).toBe("two");
    wire.give(session.snapshot());
    expect(client.state).toBe("joined");
  });

  it("stays closed when it is closed while it asks for a token, and when it is started again", async () => {
    let give: (token: string | undefined) => void = () => {};
    const { world, client, states } = started({
      credentials: { authToken: "one" },
      getToken: () => new Promise((resolve) => (give = resolve)),
      waitsForToken: true,
    });
    client.start();
    expect(world.wires).toHaveLength(1);
    join(world, error("TOKEN_EXPIRED", "auth_token: it has expired"));
    client.close();
    give(undefined);
    await world.pass(100);
    client.start();
    expect(states).toEqual(["closed"]);
    expect(world.wires).toHaveLength(1);
  });

  it("waits for its own server when another one answers", async () => {
    const { world, session, states } = started();
    join(world, session.snapshot()).end();
    await world.pass(1);
    join(world, error("SESSION_NOT_FOUND", "no such session"));
    await settled();
    expect(states.at(-1)).toBe("reconnecting: Another server answers at h:1; waiting for yours.");
  });

  it("leaves, and stops when the server has said so", async () => {
    const { world, session, client, states } = started();
    const wire = join(world, session.snapshot());
    const leaving = client.leave();
    expect(wire.next().type).toBe("leave_session");
    wire.end(1000);
    await leaving;
    expect(states.at(-1)).toBe("closed");
    await world.pass(100);
    expect(world.wires).toHaveLength(1);
  });

  it("says where a socket is not allowed", () => {
    const world = new World();
    world.openSocket = () => {
      throw new DOMException("insecure", "SecurityError");
    };
    const { states } = started({ environment: world });
    expect(states).toEqual(["closed: The connection to h:1 is not allowed here."]);
  });

  it("goes on when a callback throws, and reports it", async () => {
    const faults: string[] = [];
    const { world, session, client } = started({
      onChanges: () => {
        throw new Error("broken");
      },
      onFault: (what) => faults.push(what),
    });
    const wire = join(world, session.snapshot());
    session.say("bob", "hi");
    wire.give(session.events[0]);
    expect(client.replica.messages).toHaveLength(1);
    expect(faults).toEqual(["showing changes", "showing changes"]);
  });

  it("sends the latest presence only, at most as often as the server sends it on", async () => {
    const { world, session, client } = started();
    client.sendCursor({ file: "a", line: 1, column: 1 });
    const wire = join(world, session.snapshot());
    for (const line of [2, 3, 4]) {
      client.sendCursor({ file: "a", line, column: 1 });
    }
    expect(wire.all()).toMatchObject([{ data: { line: 1 } }]);
    await world.pass(0.05);
    expect(wire.all()).toMatchObject([{ data: { line: 4 } }]);
    client.sendPresence({ status: "typing", typingIn: "chat" });
    await world.pass(0.05);
    expect(wire.all()).toMatchObject([{ status: "typing", typing_in: "chat" }]);
    client.sendPresence({ status: "active" });
    client.sendCursor();
    wire.end();
    await world.pass(1);
    const sent = join(world, session.snapshot(true)).all();
    expect(sent).toEqual([
      { type: "cursor_update", session_id: SESSION },
      { type: "presence_update", session_id: SESSION, status: "active" },
    ]);
  });
});

describe("a request", () => {
  const chat = { type: "react" as const, message_id: "m1", emoji: "+1" };
  const ack = (wire: Wire, seq: number) => {
    const { request_id } = wire.next();
    wire.give({ type: "ack", session_id: SESSION, request_id, seq });
    return request_id;
  };

  it("is sent again with its id after a break, and answered once", async () => {
    const { world, session, client } = started();
    const wire = join(world, session.snapshot());
    const answer = client.request(chat);
    const { request_id } = wire.next();
    wire.end();
    await world.pass(1);
    const again = join(world, session.snapshot(true));
    expect(ack(again, 4)).toBe(request_id);
    await expect(answer).resolves.toMatchObject({ seq: 4 });
  });

  it("is refused with the server's reason", async () => {
    const { world, session, client } = started();
    const wire = join(world, session.snapshot());
    const answer = client.request(chat);
    const { request_id } = wire.next();
    wire.give(error("PERMISSION_DENIED", "emoji: must be one emoji", { request_id }));
    const refusal = new RequestRefused("PERMISSION_DENIED", "The emoji must be one emoji.");
    await expect(answer).rejects.toEqual(refusal);
  });

  it("times out, and its outcome can be asked for", async () => {
    const { world, session, client } = started();
    const wire = join(world, session.snapshot());
    const answer = client.request(chat).catch((failure: unknown) => failure);
    const id = wire.next().request_id;
    wire.give({
      type: "summoned",
      session_id: SESSION,
      user_id: "a",
      username: "A",
      timestamp: NOW,
    });
    await world.pass(30);
    const failure = await answer;
    expect(failure).toBeInstanceOf(RequestTimeout);
    wire.all();
    const outcome = client.outcome((failure as RequestTimeout).requestId);
    expect(ack(wire, 9)).toBe(id);
    await expect(outcome).resolves.toMatchObject({ seq: 9 });
    await expect(client.outcome("unknown")).rejects.toThrow("no request of this client");
  });

  it("of unknown outcome is sent again until the server knows", async () => {
    const { world, session, client } = started();
    const wire = join(world, session.snapshot());
    const answer = client.request(chat);
    const { request_id } = wire.next();
    const unknown = { request_id, outcome: "unknown", retry_after: 2 };
    wire.give(error("INTERNAL_ERROR", "the server's disk failed", unknown));
    await world.pass(2);
    expect(wire.next().request_id).toBe(request_id);
    wire.give(error("SERVER_BUSY", "busy", { request_id }));
    await world.pass(1);
    expect(ack(wire, 5)).toBe(request_id);
    await expect(answer).resolves.toMatchObject({ seq: 5 });
  });

  it("ends when another user joins, whose id it is not known for", async () => {
    const { world, session, client } = started();
    const wire = join(world, session.snapshot());
    const answer = client.request(chat).catch((failure: unknown) => failure);
    wire.end();
    await world.pass(1);
    const other = { ...session.snapshot(), user: { id: "x", username: "x", role: "editor" } };
    join(world, other);
    expect(await answer).toMatchObject({ name: "NotConnected", request: chat });
  });

  it("for an answer of its own gets that", async () => {
    const { world, session, client } = started();
    const wire = join(world, session.snapshot());
    const answer = client.chat.history({ before: 4 });
    const { request_id, before } = wire.next();
    const page = { messages: [], has_more: false };
    wire.give({ type: "history", session_id: SESSION, request_id, ...page });
    expect(before).toBe(4);
    await expect(answer).resolves.toMatchObject(page);
  });

  it("is not taken when too many wait", async () => {
    const { client } = started();
    const waiting = Array.from({ length: 1000 }, () => client.request(chat).catch(() => {}));
    await expect(client.request(chat)).rejects.toThrow("1000 requests wait");
    client.close();
    await Promise.all(waiting);
  });
});

describe("unsent messages", () => {
  it("wait for the server, and go out in order, one at a time", async () => {
    const { world, session, client } = started();
    await expect(client.chat.send("one")).resolves.toBeUndefined();
    await expect(client.comments.reply("t1", "two")).resolves.toBeUndefined();
    expect(client.unsent.items.map((item) => item.message.type)).toEqual([
      "chat_message",
      "reply_comment",
    ]);
    const wire = join(world, session.snapshot());
    await settled();
    const [first, ...others] = wire.all();
    expect([first?.content, others]).toEqual(["one", []]);
    wire.give({ type: "ack", session_id: SESSION, request_id: first?.request_id, seq: 1 });
    await settled();
    expect(wire.next().content).toBe("two");
  });

  it("are kept with the reason when the server refuses them, until they are sent again", async () => {
    const { world, session, client } = started();
    await client.chat.send("one");
    const wire = join(world, session.snapshot());
    await settled();
    const { request_id } = wire.next();
    wire.give(error("PERMISSION_DENIED", "a viewer cannot write in the chat", { request_id }));
    await settled();
    const [item] = client.unsent.items;
    expect(item?.refusal).toEqual({
      code: "PERMISSION_DENIED",
      text: "a viewer cannot write in the chat",
    });
    await client.unsent.resend(item?.requestId ?? "", { type: "chat_message", content: "two" });
    await settled();
    const again = wire.next();
    expect(again.content).toBe("two");
    expect(again.request_id).not.toBe(request_id);
  });

  it("go on after another user has joined, but for those that may have arrived", async () => {
    const { world, session, client } = started();
    await client.chat.send("one");
    await client.chat.send("two");
    const wire = join(world, session.snapshot());
    await settled();
    expect(wire.next().content).toBe("one");
    wire.end();
    await world.pass(1);
    const other = { ...session.snapshot(), user: { id: "x", username: "x", role: "editor" } };
    const again = join(world, other);
    await settled();
    expect(client.unsent.items.map((item) => item.refusal?.code)).toEqual([
      "MAYBE_SENT",
      undefined,
    ]);
    expect(again.next().content).toBe("two");
  });

  it("are given back to a caller who waits when the server refuses them", async () => {
    const { world, session, client } = started();
    const wire = join(world, session.snapshot());
    await settled();
    const sent = client.chat.send("one").catch((failure: unknown) => failure);
    await settled();
    const { request_id } = wire.next();
    wire.give(error("PERMISSION_DENIED", "no", { request_id }));
    expect(await sent).toBeInstanceOf(RequestRefused);
    expect(client.unsent.items).toEqual([]);
  });

  it("stay with the reason where their sender wants that, and say why they wait", async () => {
    const { world, session, client } = started();
    const wire = join(world, session.snapshot());
    await settled();
    const sent = client.comments.reply("c1", "one", { keepsRefused: true });
    await settled();
    const { request_id } = wire.next();
    wire.give(error("RATE_LIMITED", "too fast", { request_id, retry_after: 1 }));
    await world.pass(4);
    expect(await sent).toBeUndefined();
    expect(client.unsent.delayOf(`${request_id}`)).toBe("too fast");
    wire.give(error("PERMISSION_DENIED", "no", { request_id }));
    await settled();
    expect(client.unsent.items).toMatchObject([
      { requestId: request_id, refusal: { code: "PERMISSION_DENIED", text: "no" } },
    ]);
    const [item] = client.unsent.items;
    const again = { type: "reply_comment", comment_id: "c1", content: "two" } as const;
    await client.unsent.resend(item?.requestId ?? "", again);
    await settled();
    expect(wire.all().at(-1)).toMatchObject({ content: "two" });
  });

  it("are refused when the session is over for good", async () => {
    const { world, client } = started();
    await client.chat.send("one");
    join(world, error("SESSION_ENDED", "the session has ended"));
    await settled();
    expect(client.unsent.items[0]?.refusal).toEqual({
      code: "SESSION_ENDED",
      text: "the session has ended",
    });
  });

  it("go out only after it is written down as which user", async () => {
    const kept: (string | null)[] = [];
    let written: () => void = () => {};
    const { world, session, client } = started({
      store: {
        load: async () => [],
        put: (_id, entry) => {
          kept.push(entry.sent_as);
          return entry.sent_as === null
            ? Promise.resolve()
            : new Promise((done) => (written = done));
        },
        remove: async () => {},
      },
    });
    await client.chat.send("one");
    const wire = join(world, session.snapshot());
    await settled();
    expect(kept).toEqual([null, "me"]);
    expect(wire.all()).toEqual([]);
    written();
    await settled();
    expect(wire.next().content).toBe("one");
  });

  it("say when nothing can be kept, and are sent all the same", async () => {
    const onUnsent = vi.fn();
    const full = async () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    const { world, session, client } = started({
      store: { load: async () => [], put: full, remove: full },
      onUnsent,
    });
    await client.chat.send("one");
    expect(client.unsent.problem).toContain("(QuotaExceededError)");
    expect(onUnsent).toHaveBeenCalled();
    const wire = join(world, session.snapshot());
    await settled();
    expect(wire.next().content).toBe("one");
  });
});
