// The steps of the walkthrough: each is ticked once, when the user has done it.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { document } from "../documents";
import { Joined } from "../joined";
import * as vscode from "../vscode";

const { code } = vscode;

let joined: Joined;
let milestones: typeof import("../../src/session/milestones");

beforeEach(async () => {
  // A step that was reached is remembered for as long as the window is open.
  vi.resetModules();
  vi.doMock("vscode", () => vscode);
  milestones = await import("../../src/session/milestones");
  vscode.begin();
  joined = new Joined();
  milestones.keepMilestones(joined.session);
});

const TICKED = (name: string) => [`command: setContext peerline.${name} true`];

function chat(is_me: boolean): void {
  const message = { id: String(is_me), kind: "chat", is_me, seq: 1 };
  joined.session.handlers["peerline/chat"]({ kind: "new", messages: [message] } as never);
}

function comment(is_me: boolean): void {
  const thread = { id: String(is_me), is_me, replies: [] };
  joined.session.handlers["peerline/comments"]({ uri: "file:///a", threads: [thread] } as never);
}

describe("a step", () => {
  it.each([
    ["hasChatted", () => chat(false), () => chat(true)],
    ["hasCommented", () => comment(false), () => comment(true)],
    [
      "hasShared",
      () => joined.documents(document()),
      () => joined.documents(document("d2", { shared_by: "me" })),
    ],
    ["hasGoneTo", () => joined.state({}), () => joined.state({ following: "ann" })],
  ])("%s is ticked by the user's own act, once", (name, byOthers, own) => {
    byOthers();
    expect(code.shown).toEqual([]);
    own();
    own();
    expect(code.shown).toEqual(TICKED(name));
  });

  it("that is reached otherwise is ticked once, too", () => {
    milestones.reach("hasGoneTo");
    milestones.reach("hasGoneTo");
    expect(code.shown).toEqual(TICKED("hasGoneTo"));
  });
});
