// The recent sessions: when the bridge is asked, what is remembered, and how one is picked.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RecentSessions } from "../../src/joining/recent";
import { Joined, settled } from "../joined";
import { begin, code, Kept } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const PAIRING = {
  ...{ session_id: "s1", title: "Pairing", server: "h:1", last_joined: "2026-03-01T12:00:00Z" },
  ...{ link: "peerline://h:1/s1", is_own: false },
};
const MINE = {
  ...PAIRING,
  session_id: "s2",
  title: "$(x) Mine",
  is_own: true,
  link: "peerline://h:1/s2",
};
const COMMAND = "peerline.recentSessions";

let joined: Joined;
let memento: Kept;
let launched: string;
let recent: RecentSessions;
let changes: unknown[];

function make(): void {
  recent = new RecentSessions(
    joined.session,
    { ensure: async () => launched } as never,
    memento as never,
  );
  recent.onDidChange((sessions) => changes.push(sessions));
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-03-01T14:00:00Z"), toFake: ["Date"] });
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  joined = new Joined();
  joined.answers.set(COMMAND, [PAIRING]);
  memento = new Kept();
  launched = "running";
  changes = [];
  make();
});

afterEach(() => {
  recent.dispose();
  vi.useRealTimers();
});

describe("the bridge", () => {
  it("is asked when a session begins and when it ends, once each", async () => {
    joined.state({});
    joined.state({ participants: 2 });
    joined.state({ state: "reconnecting" });
    expect(joined.requests).toHaveLength(1);
    joined.state({ state: "offline" });
    joined.state({ state: "offline", reason: "It was left." });
    await settled();
    expect(joined.requests.map(([command]) => command)).toEqual([COMMAND, COMMAND]);
  });

  it("answers with what is told and remembered, if it is new", async () => {
    joined.state({});
    await settled();
    joined.state({ state: "offline" });
    await settled();
    expect(changes).toEqual([[PAIRING]]);
    expect(recent.known).toEqual([PAIRING]);
    make();
    expect(recent.known).toEqual([PAIRING]);
  });

  it("that is not there changes nothing", async () => {
    await memento.update("peerline.recent", [PAIRING, { title: "broken" }]);
    make();
    joined.refuse(COMMAND, "BRIDGE_STOPPED", "It has ended.");
    joined.state({ state: "offline" });
    await settled();
    expect(recent.known).toEqual([PAIRING]);
    expect(changes).toEqual([]);
  });

  it("is asked no more after the end", async () => {
    recent.dispose();
    joined.state({ state: "offline" });
    await settled();
    expect(joined.requests).toEqual([]);
  });
});

describe("the list to pick from", () => {
  it("is asked for, and gives the link of a session", async () => {
    joined.answers.set(COMMAND, [MINE, PAIRING]);
    code.picks = ["Pairing"];
    expect(await recent.pick()).toBe(PAIRING.link);
    expect(code.rows).toMatchObject([
      { label: "\\$(x) Mine", description: "on this computer" },
      { label: "Pairing", description: "h:1", detail: "2 h ago" },
    ]);
  });

  it("can be closed", async () => {
    expect(await recent.pick()).toBeUndefined();
    expect(code.shown).toEqual(["pick: Peerline: Recent Sessions"]);
  });

  it("is the one from before where the bridge cannot be started", async () => {
    await memento.update("peerline.recent", [PAIRING]);
    make();
    launched = "missing";
    code.picks = ["Pairing"];
    expect(await recent.pick()).toBe(PAIRING.link);
    expect(joined.requests).toEqual([]);
  });

  it("is not shown without any", async () => {
    joined.answers.set(COMMAND, []);
    expect(await recent.pick()).toBeUndefined();
    expect(code.shown).toEqual(["info: There are no recent sessions yet."]);
  });
});
