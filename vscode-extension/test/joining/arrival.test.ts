// The arrival in a session: what is shown once it is known, and while one waits.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Arrival, inviteReady } from "../../src/joining/arrival";
import { Joined, person, settled } from "../joined";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const ME = person("me", { is_me: true });
const SHOWN = "command: peerline.chat.focus [object Object]";

let joined: Joined;
let arrival: Arrival;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  joined = new Joined();
  joined.state({ title: "Pairing" });
  arrival = new Arrival(joined.session);
});

afterEach(() => arrival.dispose());

describe("the session that was joined", () => {
  it("is shown once, with the others who are there", () => {
    arrival.expect("s1");
    joined.participants(ME, person("bob"));
    joined.participants(ME, person("bob"), person("eve"));
    expect(code.shown).toEqual([SHOWN, 'info: You joined "Pairing" with bob. [Open Chat]']);
  });

  it("waits until its participants are known", () => {
    arrival.expect("s1");
    joined.participants();
    joined.state({ state: "connecting" });
    joined.participants(ME);
    expect(code.shown).toEqual([]);
    joined.state({});
    joined.participants(ME);
    expect(code.shown).toHaveLength(2);
  });

  it.each([[undefined], ["s2"]])("is no news where %s is expected", (expected) => {
    arrival.expect(expected);
    joined.participants(ME);
    expect(code.shown).toEqual([]);
  });
});

describe("waiting for a host", () => {
  const WAITING = "progress: Peerline: waiting for a host to admit you";

  it("is shown once, until it is over", async () => {
    joined.state({ state: "waiting" });
    joined.state({ state: "waiting" });
    expect(code.shown).toEqual([WAITING]);
    joined.state({});
    await settled();
    joined.state({ state: "waiting" });
    expect(code.shown).toEqual([WAITING, WAITING]);
  });

  it("ends when the user cancels it", () => {
    joined.state({ state: "waiting" });
    code.cancel();
    expect(code.shown.at(-1)).toBe("command: peerline.leaveSession");
  });
});

describe("the link of a session that was started", () => {
  const COPIED =
    "info: The session has started. An invite link for editors was copied to the clipboard.";

  it.each([
    [true, `${COPIED} It only works on this computer. [Let Others Join…]`],
    [false, `${COPIED} Send it to the people you want to work with. [Open Chat]`],
  ])("says whether it works elsewhere (only here: %s)", (isLocal, text) => {
    inviteReady(isLocal);
    expect(code.shown).toEqual([SHOWN, text]);
  });
});
