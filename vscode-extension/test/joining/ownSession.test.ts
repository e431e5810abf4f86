// Sessions on this computer: what is asked before one is started, and what is left of it.
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { startSession } from "../../src/bridge/localServer";
import { Identity } from "../../src/joining/identity";
import { OwnSession } from "../../src/joining/ownSession";
import { Joined, settled } from "../joined";
import { begin, code, Kept } from "../vscode";

vi.mock("vscode", () => import("../vscode"));
vi.mock("../../src/bridge/localServer");

const LINK = "peerline://127.0.0.1:9/s1";
const STARTED = { link: LINK, invite: `${LINK}?invite=a`, token: "a.b.c", isLocal: true };
const ASKED = [
  "input: Peerline: Your Name",
  "input: Peerline: Start Session",
  "pick: Peerline: Who Should Be Able to Join?",
];

let joined: Joined;
let identity: Identity;
let program: object | undefined;
let own: OwnSession;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  vi.mocked(startSession)
    .mockReset()
    .mockResolvedValue(STARTED as never);
  joined = new Joined();
  identity = new Identity({ secrets: new Kept(), globalState: new Kept() } as never);
  program = { command: "peerline" };
  const launcher = { find: async () => program, processes: {} };
  own = new OwnSession(joined.session, launcher as never, identity);
});

/** The options of the last start. */
function started(): object | undefined {
  return vi.mocked(startSession).mock.lastCall?.[1];
}

describe("a new session", () => {
  it("is started with what was asked, and can be joined at once", async () => {
    code.entries = ["ann", "Review"];
    code.picks = ["This Computer"];
    expect(await own.start()).toBe(STARTED);
    expect(code.shown).toEqual([...ASKED, "progress: Peerline: starting the session…"]);
    expect(started()).toMatchObject({
      name: "ann",
      title: "Review",
      user: await identity.localUser(),
    });
    expect(code.clipboard).toBe(STARTED.invite);
    expect(await identity.token("127.0.0.1:9")).toBe("a.b.c");
  });

  it.each([
    [["ann", "Review"], ["A Server of Ours…"], "server", 3],
    [["ann", "Review"], [], undefined, 3],
    [["ann"], [], undefined, 2],
    [[], [], undefined, 1],
  ])("is none after %j and %j", async (entries, picks, outcome, questions) => {
    code.entries = [...entries];
    code.picks = [...picks];
    expect(await own.start()).toBe(outcome);
    expect(code.shown).toEqual(ASKED.slice(0, questions));
    expect(startSession).not.toHaveBeenCalled();
  });

  it("that cannot be started says why, and copies nothing", async () => {
    vi.mocked(startSession).mockResolvedValue({ problem: "The port is taken." } as never);
    code.entries = ["ann", "Review"];
    code.picks = ["This Computer"];
    expect(await own.start()).toBeUndefined();
    expect(code.shown.at(-1)).toBe("error: The session could not be started: The port is taken.");
    expect(code.clipboard).toBe("");
  });

  it("needs the program", async () => {
    program = undefined;
    code.entries = ["ann", "Review"];
    code.picks = ["This Computer"];
    expect(await own.start()).toBeUndefined();
    expect(startSession).not.toHaveBeenCalled();
  });
});

describe("the session at hand", () => {
  beforeEach(() => identity.keepName("ann"));

  it("is made reachable for others under its id, and its link told", async () => {
    joined.state({ title: "Pairing" });
    code.picks = ["My Network"];
    vi.mocked(startSession).mockResolvedValue({ ...STARTED, isLocal: false } as never);
    await own.changeReach();
    await settled();
    expect(started()).toMatchObject({ session: "s1", title: "Pairing", name: "ann" });
    expect(code.shown.at(-1)).toBe(
      "info: An invite link for editors was copied to the clipboard. Send it to the people you want to work with.",
    );
  });

  it.each([
    ["there is none", ["My Network"], undefined],
    ["the user gives up", [], "s1"],
    ["they want a server", ["A Server of Ours…"], "s1"],
  ])("stays as it is if %s", async (_name, picks, session_id) => {
    joined.state({ session_id: session_id as never });
    code.picks = picks;
    await own.changeReach();
    expect(startSession).not.toHaveBeenCalled();
  });
});
