// A session of the page: what it keeps, what it forgets, and how it ends.
import { AWAY_SECONDS, IDLE_SECONDS, TYPING_SECONDS } from "@peerline/ui/generated/limits";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Session as Played, SESSION } from "../../../client-js/test/session.ts";
import { settled } from "../../../client-js/test/world.ts";
import { Kept } from "../../src/kept.ts";
import { Session } from "../../src/session/session.ts";
import { shelf } from "../shelf.ts";

const LINK = { address: "h:1", sessionId: SESSION, tls: false, prefix: "" };
const INVITED = { ...LINK, invite: "code" };

/** A socket whose other end is the test. */
class Socket extends EventTarget {
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readonly sent: Record<string, unknown>[] = [];
  readyState = 0;
  binaryType = "";

  constructor(readonly url: string) {
    super();
    Socket.all.push(this);
  }

  send(frame: string): void {
    this.sent.push(JSON.parse(frame));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = Socket.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  give(message: object): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }

  end(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason }));
  }

  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((message) => message.type === type);
  }
}

let tab: ReturnType<typeof shelf>;
let device: ReturnType<typeof shelf>;
let page: EventTarget & { visibilityState: string };
let shell: EventTarget & { open: ReturnType<typeof vi.fn> };
/** How the page was told of the session, in order. */
let told: string[];
let stored: string[];
let clears: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
  [tab, device] = [shelf(), shelf()];
  page = Object.assign(new EventTarget(), { visibilityState: "visible", hasFocus: () => true });
  shell = Object.assign(new EventTarget(), { open: vi.fn() });
  Socket.all = [];
  [told, stored, clears] = [[], [], 0];
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", shell);
  vi.stubGlobal("WebSocket", Socket);
  vi.spyOn(console, "error").mockImplementation((text) => expect.unreachable(String(text)));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function begin(link: typeof LINK & { invite?: string } = INVITED, remember = false): Session {
  const session = new Session(link, "me", {
    kept: new Kept(tab, device),
    remember,
    onRefused: (reason) => told.push(`refused: ${reason}`),
    onDelayed: (reason) => told.push(`delayed: ${reason}`),
    onLeft: () => told.push("left"),
    onAgain: () => told.push("again"),
    onEntered: () => told.push("entered"),
    store: {
      load: async () => [],
      put: async (id) => {
        stored.push(id);
      },
      remove: async () => {},
      clear: async () => {
        clears += 1;
      },
    },
  });
  session.start();
  return session;
}

function socket(): Socket {
  const last = Socket.all.at(-1);
  expect(last).toBeDefined();
  return last as Socket;
}

async function join(session = begin(), more: object = {}): Promise<Session> {
  await connect(more);
  return session;
}

async function connect(more: object = {}): Promise<void> {
  socket().open();
  await settled();
  socket().give({ ...new Played().snapshot(), ...more });
  await settled();
}

async function refuse(error_code: string, close: number): Promise<void> {
  const timestamp = "2026-01-01T00:00:00Z";
  socket().give({ type: "error", error_code, message: "no", timestamp });
  socket().end(close);
  await settled();
  await vi.waitFor(() => expect(told).not.toEqual([]));
}

/** The statuses that others were told in the meantime. */
async function statuses(act: () => void, seconds = 1): Promise<unknown[]> {
  const before = socket().of("presence_update").length;
  act();
  for (let passed = 0; passed < seconds; passed += 1) {
    await vi.advanceTimersByTimeAsync(1000);
    socket().give({ type: "ack", session_id: SESSION, request_id: "none", seq: 0 }); // it is there
  }
  return socket()
    .of("presence_update")
    .slice(before)
    .map(({ status, typing_in: place }) => (place === undefined ? status : `${status} ${place}`));
}

/** The connection is lost, and the page tries again. */
async function lost(): Promise<void> {
  const before = Socket.all.length;
  socket().end();
  while (Socket.all.length === before) {
    await vi.advanceTimersByTimeAsync(100);
  }
}

describe("joining", () => {
  it("is by the invite at first, and by the token that was given from then on", async () => {
    begin();
    socket().open();
    expect(socket().of("join_session")).toMatchObject([{ invite: "code", username: "me" }]);
    await join(begin(), { auth_token: "a.b.c" });
    begin();
    socket().open();
    expect(JSON.stringify(socket().sent)).toContain("a.b.c");
  });

  it.each([
    [false, []],
    [true, ["a.b.c"]],
  ])("keeps the token on the device if the user asked for it (%s)", async (remember, kept) => {
    await join(begin(INVITED, remember), { auth_token: "a.b.c" });
    expect([...tab.entries.values()]).toContain("a.b.c");
    expect([...device.entries.values()]).toEqual(kept);
  });

  it("has begun once, however often the connection is lost", async () => {
    await join();
    await lost();
    await connect();
    expect(told).toEqual(["entered"]);
  });

  it("is under way while the user waits for a host", async () => {
    begin();
    socket().open();
    socket().give({ type: "join_pending", session_id: SESSION, message: "wait", timeout: 60 });
    await settled();
    expect(told).toEqual(["entered"]);
  });

  it("that is refused says why, and gives the token up", async () => {
    tab.setItem(`peerline.token.${SESSION}`, "a.b.c");
    begin();
    socket().open();
    await refuse("INVITE_EXPIRED", 4403);
    expect(told).toEqual(["refused: No. Ask a host for a new link."]);
    expect([...tab.entries]).toEqual([]);
  });

  it("that is not possible yet is tried again, and says so", async () => {
    begin();
    socket().end();
    await settled();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^delayed: .*Trying again…$/);
  });
});

describe("leaving", () => {
  const KEPT = `peerline.code.${SESSION}.widths`;

  function write(...keys: string[]): void {
    for (const key of keys) {
      tab.setItem(key, "1");
    }
  }

  it("forgets what the tab has of the session, but for its looks", async () => {
    const session = await join(begin(), { auth_token: "a.b.c" });
    const others = ["peerline.code.other.drafts", "peerline.name"];
    write(`peerline.panel.${SESSION}`, `peerline.code.${SESSION}.drafts`, KEPT, ...others);
    session.leave();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(socket().of("leave_session")).toHaveLength(1);
    expect([...tab.entries.keys()]).toEqual([KEPT, ...others]);
    expect([clears, told]).toEqual([1, ["entered", "left"]]);
  });

  it("keeps nothing any more, whatever comes late", async () => {
    const session = await join();
    session.leave();
    session.host.save({ draft: "late" });
    socket().give({ type: "token", session_id: SESSION, auth_token: "d.e.f" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(tab.entries.size).toBe(0);
    expect(session.end).toBeUndefined();
  });

  it("without forgetting leaves what was not sent in the tab", async () => {
    const session = await join(begin(), { auth_token: "a.b.c" });
    write(`peerline.code.${SESSION}.drafts`);
    session.giveUp();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([...tab.entries.keys()]).toEqual([`peerline.code.${SESSION}.drafts`]);
    expect([clears, told]).toEqual([0, ["entered", "left"]]);
  });

  it("before one has joined is no refusal", async () => {
    const session = begin();
    session.giveUp();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual(["left"]);
  });

  it("is not joining again", async () => {
    const session = await join();
    await statuses(() => {}, IDLE_SECONDS + 1);
    session.rejoin();
    expect(told).toEqual(["entered", "again"]);
    // It hears the page no longer: the next session has a status of its own.
    expect(await statuses(() => page.dispatchEvent(new Event("keydown")))).toEqual([]);
  });
});

describe("the status", () => {
  it("is typing in the chat, until that was sent or a while has passed", async () => {
    const session = await join();
    await statuses(() => {});
    const type = () => session.host.post({ type: "typing" });
    expect(await statuses(type)).toEqual(["typing chat"]);
    expect(await statuses(type)).toEqual([]);
    expect(await statuses(() => session.host.post({ type: "send", content: "a" }))).toEqual([
      "active",
    ]);
    expect(await statuses(type, TYPING_SECONDS + 1)).toEqual(["typing chat", "active"]);
  });

  it("is idle and then away without any act, and active by the next", async () => {
    await join();
    await statuses(() => {});
    expect(await statuses(() => {}, AWAY_SECONDS)).toEqual(["idle", "away"]);
    expect(await statuses(() => page.dispatchEvent(new Event("pointerdown")))).toEqual(["active"]);
  });

  it("is told again to a server that has lost it", async () => {
    await join();
    await statuses(() => {});
    await lost();
    await connect();
    expect(await statuses(() => {})).toHaveLength(1);
  });
});

describe("a link for others", () => {
  it("is the one that the user came by", async () => {
    const bare = `http://h:1/s/${SESSION}`;
    expect((await join()).ownLink).toEqual({ link: `${bare}#invite=code`, isInvite: true });
    expect((await join(begin(LINK))).ownLink).toEqual({ link: bare, isInvite: false });
  });

  it("has an invite of its own from a host", async () => {
    const session = await join(begin(), {
      role: "host",
      user: { id: "me", username: "me", role: "host" },
    });
    const link = session.invite("viewer");
    await settled();
    const [asked] = socket().of("create_invite");
    expect(asked).toMatchObject({ role: "viewer" });
    const { request_id } = asked as { request_id: string };
    const invite = { id: "i", role: "viewer", created_at: "2026-01-01T00:00:00Z" };
    socket().give({ type: "invite_created", session_id: SESSION, request_id, code: "new", invite });
    expect(await link).toBe(`http://h:1/s/${SESSION}#invite=new`);
  });
});
