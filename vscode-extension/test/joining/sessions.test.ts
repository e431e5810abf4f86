import type { EditorState } from "@peerline/ui/generated/protocol";
import { CommandRefused } from "@peerline/ui/refusal";
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { LAST_KEY, Sessions } from "../../src/joining/sessions";
import { Session } from "../../src/session/session";
import { begin, code, Kept, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const LINK = "peerline://h:1/one?invite=a";
const OTHER = "peerline://h:2/two?invite=b";
const CLOSED = Object.assign(new Error("closed"), { code: -32097 });

/** An error of the bridge, with a code of the protocol. */
function refusal(error_code: string, message: string): Error {
  return Object.assign(new Error(message), { data: { error_code } });
}

/** A window with the commands of sessions, on a bridge that the test plays. */
class Window {
  readonly session = new Session();
  readonly kept = new Kept();
  readonly secrets = new Kept();
  readonly requests: [command: string, argument: unknown][] = [];
  /** The answer of the bridge to a command. */
  answer: (command: string) => unknown = () => ({});
  /** Whether the bridge can be started. */
  outcome: "running" | "missing" | "crashing" = "running";
  mayRestart = true;
  /** Of each start of the bridge, whether nobody is asked. */
  readonly quiet: boolean[] = [];
  readonly expected: (string | undefined)[] = [];
  readonly forgotten: string[] = [];
  crashesForgotten = 0;
  signIns = 0;
  name: string | undefined = "ann";
  token: string | undefined;
  readonly sessions: Sessions;

  constructor() {
    const launcher = {
      ensure: async ({ quiet = false } = {}) => {
        this.quiet.push(quiet);
        if (this.outcome === "running") {
          this.#attach();
        }
        return this.outcome;
      },
      waitAfterCrash: async () => this.mayRestart,
      forgetCrashes: () => {
        this.crashesForgotten += 1;
      },
    };
    const identity = {
      name: async () => this.name,
      token: async () => this.token,
      forgetToken: async (server: string) => this.forgotten.push(server),
    };
    const signIn = {
      askToken: async () => undefined,
      signIn: async () => {
        this.signIns += 1;
      },
    };
    const arrival = { expect: (id: string | undefined) => this.expected.push(id) };
    const context = { workspaceState: this.kept, globalState: new Kept() };
    const parts = [context, this.session, launcher, identity, signIn, arrival, { show: () => {} }];
    this.sessions = new Sessions(...(parts as unknown as ConstructorParameters<typeof Sessions>));
  }

  #attach(): void {
    this.session.attach({
      request: async (command, [argument]) => {
        this.requests.push([command, argument]);
        return this.answer(command);
      },
      notify: () => undefined,
    });
  }

  state(state: EditorState["state"], sessionId = "one", title = "Pairing"): void {
    const joined = { state, session_id: sessionId, title, participants: 1 };
    this.session.handlers["peerline/state"](
      state === "offline" ? { state, participants: 0 } : joined,
    );
  }

  /** Have the user in a session. */
  async join(link = LINK): Promise<void> {
    await this.sessions.join(link);
    this.state("joined");
    this.requests.length = 0;
    code.shown = [];
  }

  get last(): unknown {
    return this.kept.get(LAST_KEY);
  }

  get links(): unknown[] {
    return this.requests.map(([, argument]) => (argument as { link?: string })?.link);
  }
}

let user: Window;
let failures: string[];

beforeEach(() => {
  begin();
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
  failures = [];
  supervisor.reportTo({ log: (text) => failures.push(text), tell: () => undefined });
  user = new Window();
});

/** The messages that were shown, without progress. */
function messages(): string[] {
  return code.shown.filter((text) => !text.startsWith("progress:"));
}

describe("joining", () => {
  it("is by the link, the name and the token, and is remembered", async () => {
    user.token = "secret";
    expect(await user.sessions.join(LINK)).toBe(true);
    expect(user.requests).toEqual([
      ["peerline.join", { link: LINK, username: "ann", auth_token: "secret" }],
    ]);
    expect(user.last).toBe(LINK);
    expect(user.expected).toEqual(["one"]);
    expect(messages()).toEqual([]);
  });

  it("is no news for those who have just started the session", async () => {
    await user.sessions.join(LINK, { isStarted: true });
    expect(user.expected).toEqual([undefined]);
  });

  it("asks before another session is left, and only then", async () => {
    await user.join();
    expect(await user.sessions.join(OTHER)).toBe(false);
    expect(user.requests).toEqual([]);
    expect(messages()).toEqual([
      "warning: You are in the session Pairing. Leave it and join another? [Leave and Join]",
    ]);
    code.presses = ["Leave and Join"];
    expect(await user.sessions.join(OTHER)).toBe(true);
    expect(user.links).toEqual([OTHER]);
    expect(user.last).toBe(OTHER);
  });

  it("needs a name, and a folder or the word that none is wanted", async () => {
    user.name = undefined;
    expect(await user.sessions.join(LINK)).toBe(false);
    user.name = "ann";
    workspace.workspaceFolders = [];
    expect(await user.sessions.join(LINK)).toBe(false);
    expect(user.requests).toEqual([]);
    code.presses = ["Join Without"];
    expect(await user.sessions.join(LINK)).toBe(true);
  });

  it("that is refused says why and is not remembered", async () => {
    user.answer = () => Promise.reject(refusal("BANNED", "you were removed from this session"));
    expect(await user.sessions.join(LINK)).toBe(false);
    expect(messages()).toEqual([
      "error: The session was not joined: You were removed from this session.",
    ]);
    expect(user.last).toBeUndefined();
    expect(user.expected).toEqual(["one", undefined]);
    await user.sessions.restore();
    expect(user.links).toEqual([LINK]);
  });

  it("that is refused leaves the user in the session that they were in", async () => {
    await user.join();
    user.answer = () => Promise.reject(refusal("BANNED", "no"));
    code.presses = ["Leave and Join"];
    expect(await user.sessions.join(OTHER)).toBe(false);
    user.answer = () => ({});
    await user.sessions.restore();
    expect(user.links).toEqual([OTHER, LINK]);
    expect(user.last).toBe(LINK);
  });

  it.each([
    ["TOKEN_EXPIRED", 1],
    ["TOKEN_INVALID", 1],
    ["BANNED", 0],
  ])("by a token refused as %s asks to sign in again and forgets it", async (refused, times) => {
    user.answer = () => Promise.reject(refusal(refused, "no"));
    code.presses = ["Sign In Again…"];
    expect(await user.sessions.join(LINK)).toBe(false);
    expect(user.signIns).toBe(times);
    expect(user.forgotten).toEqual(times === 0 ? [] : ["h:1"]);
  });

  it("goes on where the server is away, and says so", async () => {
    user.answer = () => {
      user.state("connecting");
      return Promise.reject(refusal("UNREACHABLE", "connection refused"));
    };
    expect(await user.sessions.join(LINK)).toBe(true);
    expect(messages()).toEqual(["warning: h:1 cannot be reached: Connection refused."]);
    expect(user.last).toBe(LINK);
    expect(user.expected).toEqual(["one"]);
  });

  it("ends where the server is away and the bridge has given up", async () => {
    user.answer = () => Promise.reject(refusal("UNREACHABLE", "no such host"));
    expect(await user.sessions.join(LINK)).toBe(false);
    expect(messages()).toEqual(["error: The session was not joined: No such host."]);
    expect(user.last).toBeUndefined();
  });

  it("of a server that is away leaves the user in the session at hand", async () => {
    await user.join();
    user.answer = () => Promise.reject(refusal("UNREACHABLE", "no such host"));
    code.presses = ["Leave and Join"];
    expect(await user.sessions.join(OTHER)).toBe(false);
    expect(messages().at(-1)).toBe("warning: Peerline: No such host.");
    expect(user.last).toBe(LINK);
    user.answer = () => ({});
    await user.sessions.restore();
    expect(user.links.at(-1)).toBe(LINK);
  });

  it("goes on when the bridge stops before it answers", async () => {
    user.answer = () => Promise.reject(CLOSED);
    expect(await user.sessions.join(LINK)).toBe(true);
    expect(messages()).toEqual([]);
    user.answer = () => ({});
    await user.sessions.restore();
    expect(user.links).toEqual([LINK, LINK]);
  });

  it("without a bridge leaves everything as it was", async () => {
    await user.join();
    user.outcome = "missing";
    code.presses = ["Leave and Join"];
    expect(await user.sessions.join(OTHER)).toBe(false);
    user.outcome = "running";
    await user.sessions.restore();
    expect(user.links).toEqual([LINK]);
  });
});

it.each(["join", "start"] as const)(
  "offers to start a bridge that keeps stopping: %s",
  async (act) => {
    workspace.changeSettings({ "server.url": "h:1" });
    Object.assign(user, { token: "secret", outcome: "crashing" });
    code.entries = ["Pairing"];
    code.presses = ["Show Log"];
    await user.sessions[act](LINK);
    expect(messages().at(-1)).toContain("Peerline's bridge keeps stopping");
    expect(user.quiet).toEqual([false]);
    expect(user.requests).toEqual([]);
  },
);

describe("a link of the browser", () => {
  const uri = (path: string, link: string) =>
    Uri.parse(`vscode://peerline.peerline${path}?link=${encodeURIComponent(link)}`) as never;

  it("is joined once the user has said so", async () => {
    await user.sessions.joinByUri(uri("/join", LINK));
    expect(user.requests).toEqual([]);
    expect(messages()).toEqual(["warning: Join the Peerline session at h:1? [Join]"]);
    code.presses = ["Join"];
    await user.sessions.joinByUri(uri("/join", LINK));
    expect(user.links).toEqual([LINK]);
  });

  it("asks once, also where another session is left", async () => {
    await user.join();
    code.presses = ["Leave and Join"];
    await user.sessions.joinByUri(uri("/join", OTHER));
    expect(messages()).toEqual(["warning: Join the Peerline session at h:2? [Leave and Join]"]);
    expect(user.links).toEqual([OTHER]);
  });

  it.each([
    ["/other", LINK],
    ["/join", "https://example.org"],
    ["/join", ""],
  ])("with %s and %j joins nothing and says why", async (path, link) => {
    await user.sessions.joinByUri(uri(path, link));
    expect(user.requests).toEqual([]);
    expect(messages()).toEqual([expect.stringMatching(/^error: Peerline: \w.*\.$/)]);
  });
});

describe("leaving", () => {
  it("is told to the bridge, and nothing is come back to", async () => {
    await user.join();
    await user.sessions.leave();
    expect(user.requests).toEqual([["peerline.leave", undefined]]);
    expect(user.last).toBeUndefined();
    await user.sessions.restore();
    await user.sessions.rejoin();
    expect(user.links).toEqual([undefined]);
  });

  it("while the bridge is away ends what is shown", async () => {
    await user.join();
    user.session.suspend("stopped");
    await user.sessions.leave();
    expect(user.session.state).toEqual({
      state: "offline",
      participants: 0,
      reason: "you left the session",
    });
  });

  it("during a join ends the join", async () => {
    let tell = (_: string | undefined): void => undefined;
    const asked = new Promise<string | undefined>((resolve) => {
      tell = resolve;
    });
    Object.defineProperty(user, "token", { get: () => asked });
    const joining = user.sessions.join(LINK);
    await vi.waitFor(() => expect(code.shown).toContain("progress: Peerline: joining…"));
    await user.sessions.leave();
    tell("secret");
    expect(await joining).toBe(false);
    expect(user.links).toEqual([undefined]);
    expect(messages()).toEqual([]);
  });

  it("ends the session for everybody only after a question", async () => {
    await user.join();
    await user.sessions.end();
    expect(user.requests).toEqual([]);
    code.presses = ["End Session"];
    await user.sessions.end();
    expect(user.requests).toEqual([["peerline.endSession", undefined]]);
    expect(user.last).toBeUndefined();
  });
});

describe("coming back", () => {
  it("to the last session is silent, and can be turned off", async () => {
    await user.kept.update(LAST_KEY, LINK);
    workspace.changeSettings({ rejoinOnStartup: false });
    await user.sessions.rejoin();
    expect(user.requests).toEqual([]);
    workspace.changeSettings({ rejoinOnStartup: true });
    await user.sessions.rejoin();
    expect(user.links).toEqual([LINK]);
    expect(code.shown).toEqual([]);
    expect(user.quiet).toEqual([true]);
    expect(user.expected).toEqual([]);
  });

  it("after a crash keeps what is shown and joins again", async () => {
    await user.join();
    let during: EditorState | undefined;
    user.answer = () => {
      during = user.session.state;
      return {};
    };
    await user.sessions.restore();
    expect(user.links).toEqual([LINK]);
    expect(during).toMatchObject({
      state: "reconnecting",
      title: "Pairing",
      reason: "Peerline's bridge has stopped and is being restarted",
    });
  });

  it("after a crash in no session starts nothing", async () => {
    await user.join();
    user.state("offline");
    await user.sessions.restore();
    expect(user.requests).toEqual([]);
    expect(user.session.state.reason).toBe("Peerline's bridge has stopped");
  });

  it("after too many crashes asks, and starts again if the user wants it", async () => {
    await user.join();
    user.mayRestart = false;
    code.presses = ["Restart"];
    await user.sessions.restore();
    await vi.waitFor(() => expect(user.links).toEqual([LINK]));
    expect(user.crashesForgotten).toBe(1);
    expect(messages()).toEqual([
      "error: Peerline's bridge keeps stopping and is no longer restarted automatically. [Restart] [Show Log]",
    ]);
  });

  it("after too many crashes ends the session if the user does not want more", async () => {
    await user.join();
    user.mayRestart = false;
    await user.sessions.restore();
    expect(user.session.state.reason).toBe("Peerline's bridge keeps stopping");
    expect(user.requests).toEqual([]);
    expect(user.crashesForgotten).toBe(0);
  });

  it("finds no bridge any more and says so where the session was", async () => {
    await user.join();
    user.outcome = "missing";
    await user.sessions.restore();
    expect(user.session.state.reason).toBe("Peerline's bridge was not found");
  });

  it("is refused: the session ends with the reason", async () => {
    await user.join();
    user.answer = () => Promise.reject(refusal("BANNED", "you were removed"));
    await user.sessions.restore();
    expect(user.session.state).toMatchObject({ state: "offline", reason: "You were removed." });
    expect(messages()).toEqual(["error: The session was not joined: You were removed."]);
  });
});

describe("starting on a server", () => {
  beforeEach(() => {
    workspace.changeSettings({ "server.url": "h:1" });
    user.token = "secret";
    code.entries = ["Pairing"];
  });

  it("copies the invite link and comes back to the session after a crash", async () => {
    user.answer = () => ({ link: LINK, invite: "peerline://h:1/one?invite=guest" });
    await user.sessions.start();
    expect(user.requests).toEqual([
      [
        "peerline.startSession",
        { server: "h:1", title: "Pairing", username: "ann", auth_token: "secret" },
      ],
    ]);
    expect(code.clipboard).toBe("peerline://h:1/one?invite=guest");
    expect(user.last).toBe(LINK);
    user.state("joined");
    await user.sessions.restore();
    expect(user.links.at(-1)).toBe(LINK);
  });

  it("says why it failed, and forgets a token that is not taken", async () => {
    user.answer = () => Promise.reject(refusal("TOKEN_EXPIRED", "the token has expired"));
    await user.sessions.start();
    expect(user.forgotten).toEqual(["h:1"]);
    user.answer = () => Promise.reject(refusal("RATE_LIMITED", "too many sessions"));
    code.entries = ["Pairing"];
    await user.sessions.start();
    expect(user.forgotten).toEqual(["h:1"]);
    expect(messages().filter((text) => text.startsWith("error"))).toEqual([
      "error: The session could not be started: The token has expired.",
      "error: The session could not be started: Too many sessions.",
    ]);
    expect(user.last).toBeUndefined();
    expect(code.clipboard).toBe("");
  });

  it("names the setting that is no server, before anything is asked", async () => {
    workspace.changeSettings({ "server.url": "not a server" });
    await user.sessions.start();
    expect(code.shown).toEqual([
      "error: The setting peerline.server.url is not a server: HOST:PORT, or peerlines://HOST for one with TLS.",
    ]);
  });

  it.each(["name", "title", "token"])("needs a %s", async (missing) => {
    user.name = missing === "name" ? undefined : "ann";
    user.token = missing === "token" ? undefined : "secret";
    code.entries = missing === "title" ? [] : ["Pairing"];
    await user.sessions.start();
    expect(user.requests).toEqual([]);
  });

  it("passes on what is no refusal", async () => {
    user.session.command = async () => {
      throw new TypeError("broken");
    };
    await expect(user.sessions.start()).rejects.toThrow(TypeError);
    await expect(user.sessions.join(LINK)).rejects.not.toBeInstanceOf(CommandRefused);
  });
});
