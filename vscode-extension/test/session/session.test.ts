import type { EditorDocument, EditorState, EditorThread } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Handlers, Session, type Transport } from "../../src/session/session";

const JOINED: EditorState = {
  state: "joined",
  session_id: "s1",
  title: "Pairing",
  role: "host",
  participants: 2,
};

const SAMPLES: { readonly [Method in keyof Handlers]: Parameters<Handlers[Method]>[0] } = {
  "peerline/state": JOINED,
  "peerline/participants": { participants: [] },
  "peerline/presence": { updates: [], removed: [] },
  "peerline/chat": { messages: [message("m1")], reset: false },
  "peerline/comments": { uri: "file:///a.py", threads: [thread("t1")] },
  "peerline/commentChanges": { uri: "file:///b.py", threads: [thread("t2")] },
  "peerline/files": { changes: [] },
  "peerline/notice": { level: "info", code: "X", message: "hello" },
  "peerline/follow": {},
  "peerline/summons": { user_id: "u", username: "ann", color: 1 },
  "peerline/moderation": {},
  "peerline/documents": { documents: [document("d1")] },
  "peerline/documentQuestion": {
    uri: "file:///a.py",
    document_id: "d1",
    file: "a.py",
    kind: "join",
    diff: "",
    lines_added: 1,
    lines_removed: 0,
    shared_by_name: "ann",
    can_offer: true,
    is_settled: false,
  },
  "peerline/documentSaved": {
    document_id: "d1",
    file: "a.py",
    uri: "file:///a.py",
    user_id: "ann",
    username: "ann",
    is_equal: true,
  },
  "peerline/offers": { offers: [], is_sharing: false },
  "peerline/approvals": { approvals: [] },
  "peerline/agentWork": { agent_id: "a", is_whole: true },
};

let session: Session;
let logged: string[];

beforeEach(() => {
  session = new Session();
  logged = [];
  supervisor.reportTo({ log: (text) => logged.push(text), tell: () => undefined });
});

afterEach(() => {
  session.dispose();
});

/** A bridge that answers everything, and remembers it. */
function transport(): Transport & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    request: async (command) => {
      asked.push(command);
      return {};
    },
    notify: (method) => asked.push(method),
  };
}

const EVENTS: { readonly [Method in keyof Handlers]: (listen: () => void) => unknown } = {
  "peerline/state": (listen) => session.onDidChangeState(listen),
  "peerline/participants": (listen) => session.onDidChangeParticipants(listen),
  "peerline/presence": (listen) => session.onDidChangePresence(listen),
  "peerline/chat": (listen) => session.onDidChangeChat(listen),
  "peerline/comments": (listen) => session.onDidChangeThreads(listen),
  "peerline/commentChanges": (listen) => session.onDidChangeThreads(listen),
  "peerline/files": (listen) => session.onDidChangeFiles(listen),
  "peerline/notice": (listen) => session.onDidNotice(listen),
  "peerline/follow": (listen) => session.onDidFollow(listen),
  "peerline/summons": (listen) => session.onDidSummon(listen),
  "peerline/moderation": (listen) => session.onDidChangeModeration(listen),
  "peerline/documents": (listen) => session.onDidChangeDocuments(listen),
  "peerline/documentQuestion": (listen) => session.onDidAskAboutDocument(listen),
  "peerline/documentSaved": (listen) => session.onDidSaveDocument(listen),
  "peerline/offers": (listen) => session.onDidChangeOffers(listen),
  "peerline/approvals": (listen) => session.onDidChangeApprovals(listen),
  "peerline/agentWork": (listen) => session.onDidChangeAgentWork(listen),
};

const METHODS = Object.keys(SAMPLES) as (keyof Handlers)[];

describe("the handlers of notifications", () => {
  it("share nothing any longer once the session has ended", () => {
    session.handlers["peerline/documents"]({ documents: [document("d1")] });
    session.handlers["peerline/state"]({ state: "offline" });
    expect(session.documents).toEqual([]);
  });

  it("tell who joined and left, if somebody did", () => {
    const heard: string[] = [];
    session.onDidComeOrGo(({ joined, left }) =>
      heard.push([...joined, ...left].map(({ username }) => username).join()),
    );
    const handle = session.handlers["peerline/participants"];
    const ann = { user_id: "ann", username: "ann", color: 1 };
    handle({ participants: [person("ann")] });
    handle({ participants: [person("ann")], joined: [ann] });
    handle({ participants: [], left: [ann] });
    expect(heard).toEqual(["ann", "ann"]);
  });

  it("are all here", () => {
    expect(Object.keys(session.handlers).sort()).toEqual([...METHODS].sort());
  });

  it.each(METHODS)("a listener of %s that throws stops neither others nor the next", (method) => {
    let heard = 0;
    EVENTS[method](() => {
      throw new Error("content");
    });
    EVENTS[method](() => {
      heard += 1;
    });
    const handle = session.handlers[method] as (params: unknown) => void;
    handle(SAMPLES[method]);
    handle(SAMPLES[method]);
    expect(heard).toBe(2);
    expect(logged).toHaveLength(2);
    expect(logged.join()).not.toContain("content");
  });

  it.each(METHODS)("%s survives what makes no sense, and takes what comes next", (method) => {
    const handle = session.handlers[method] as (params: unknown) => void;
    let heard = 0;
    EVENTS[method](() => {
      heard += 1;
    });
    for (const nonsense of [undefined, null, 7, { updates: 1, messages: 2, threads: 3 }]) {
      expect(() => handle(nonsense)).not.toThrow();
    }
    heard = 0;
    handle(SAMPLES[method]);
    expect(heard).toBe(1);
  });
});

describe("a bridge that crashed", () => {
  beforeEach(() => {
    session.attach(transport());
    session.handlers["peerline/state"]({ ...JOINED, following: "ann" });
    session.handlers["peerline/participants"]({ participants: [person("ann")] });
    session.handlers["peerline/presence"]({
      updates: [{ user_id: "ann", username: "ann", color: 1, status: "active" }],
    });
    session.handlers["peerline/comments"]({ uri: "file:///a.py", threads: [thread("t1")] });
    session.handlers["peerline/comments"]({ uri: "file:///gone.py", threads: [thread("t2")] });
  });

  it("leaves the session to be seen, but nobody's cursor", () => {
    session.suspend("it stopped");
    expect(session.state).toMatchObject({
      state: "reconnecting",
      reason: "it stopped",
      role: "host",
    });
    expect(session.isInSession).toBe(true);
    expect(session.participants).toHaveLength(1);
    expect(session.presences.size).toBe(0);
    expect(session.threads.size).toBe(2);
  });

  it("leaves the shared documents to be seen, as offline", () => {
    session.handlers["peerline/documents"]({ documents: [document("d1")] });
    session.suspend("it stopped");
    expect(session.documents).toMatchObject([{ document_id: "d1", state: "offline" }]);
    session.detach("it keeps stopping");
    expect(session.documents).toEqual([]);
  });

  it("is followed by one that shows the session whole", () => {
    let restored = 0;
    session.onDidRestore(() => {
      restored += 1;
    });
    session.suspend("it stopped");
    session.attach(transport());
    session.handlers["peerline/state"]({ state: "connecting", participants: 0 });
    expect(session.state.state).toBe("reconnecting");
    session.handlers["peerline/comments"]({ uri: "file:///a.py", threads: [thread("t1")] });
    session.handlers["peerline/state"](JOINED);
    expect(session.state.state).toBe("joined");
    expect(session.threads.uris).toEqual(["file:///a.py"]);
    expect(session.isSuspended).toBe(false);
    expect(restored).toBe(1);
    session.handlers["peerline/state"](JOINED);
    expect(restored).toBe(1);
  });

  it("takes commands only when the session is back, except to join", async () => {
    session.suspend("it stopped");
    const send = () => session.command("peerline.sendChat", { content: "x" });
    const join = () => session.command("peerline.join", { link: "peerline://h/s" });
    await expect(send()).rejects.toMatchObject({ code: "BRIDGE_AWAY" });
    await expect(join()).rejects.toMatchObject({ code: "BRIDGE_AWAY" });
    const next = transport();
    session.attach(next);
    await expect(send()).rejects.toMatchObject({ code: "BRIDGE_AWAY" });
    await join();
    session.handlers["peerline/state"](JOINED);
    await send();
    expect(next.asked).toEqual(["peerline.join", "peerline.sendChat"]);
  });

  it("ends the session if the next one does not get in", () => {
    session.suspend("it stopped");
    session.attach(transport());
    session.handlers["peerline/state"]({ state: "offline", reason: "auth_token: it has expired" });
    expect(session.state).toMatchObject({ state: "offline", reason: "the token has expired" });
    expect(session.isSuspended).toBe(false);
  });

  it("knows whose chat it is when the session was left, and in the next one", () => {
    session.handlers["peerline/state"]({ state: "offline", reason: "you left" });
    expect(session.shown).toEqual({ id: "s1", title: "Pairing" });
    session.handlers["peerline/state"]({ ...JOINED, session_id: "s2", title: "Review" });
    session.detach("it keeps stopping");
    expect(session.shown).toEqual({ id: "s2", title: "Review" });
  });

  it("ends the session if it is not started again", () => {
    session.suspend("it stopped");
    session.detach("it keeps stopping");
    expect(session.state).toMatchObject({ state: "offline", reason: "it keeps stopping" });
    expect(session.participants).toEqual([]);
    expect(session.threads.size).toBe(0);
    expect(session.isSuspended).toBe(false);
  });
});

function message(id: string) {
  return { id, kind: "chat", user_id: "u", username: "ann", content: "x" } as never;
}

function person(userId: string) {
  return { user_id: userId, username: userId, is_me: false } as never;
}

function thread(id: string): EditorThread {
  return { id, user_id: "u", username: "ann", content: "x", line: 0, replies: [] } as never;
}

function document(id: string): EditorDocument {
  return {
    document_id: id,
    generation: "g1",
    file: "a.py",
    uri: "file:///a.py",
    is_open: true,
    has_file: true,
    state: "equal",
    shared_by: "ann",
    shared_by_name: "ann",
  };
}
