// The commands on a participant: what each asks of the bridge, and what the user is told.
import type { EditorModeration } from "@peerline/ui/generated/protocol";
import { momentOf } from "@peerline/ui/model/inviteOf";
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ParticipantCommands } from "../../src/people/participantCommands";
import { agent, Joined, person, settled } from "../joined";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const BOB = person("bob");
const ME = person("me", { is_me: true, role: "host" });
const INVITE = { id: "i1", role: "editor", created_at: "2026-01-01T12:00:00Z" } as const;
const LINK_OF_BOB: EditorModeration = {
  invites: [INVITE],
  arrivals: [{ user_id: "bob", invite_id: "i1" }],
};

let joined: Joined;
let commands: ParticipantCommands;
let failures: string[];

beforeEach(() => {
  begin();
  failures = [];
  supervisor.reportTo({ log: (text) => failures.push(text), tell: () => undefined });
  joined = new Joined();
  joined.participants(ME, BOB);
  commands = new ParticipantCommands(joined.session);
});

describe("going to a participant", () => {
  it("shows the place that the bridge knows", async () => {
    const position = { line: 4, character: 2 };
    joined.answers.set("peerline.gotoParticipant", { uri: "file:///w/a.py", position });
    await commands.goTo(BOB);
    expect(joined.requests).toEqual([["peerline.gotoParticipant", { user_id: "bob" }]]);
    expect(code.shown).toContain("document: file:///w/a.py");
  });

  it("says where they are now if one cannot go there", async () => {
    joined.refuse("peerline.gotoParticipant", "NO_PLACE", "No place.");
    joined.participants(ME, person("bob", { file: "b.py", line: 6 }));
    await expect(commands.goTo(BOB)).rejects.toThrow(
      "bob is in b.py:6, which is not in a folder that is open here.",
    );
    joined.participants(ME);
    await expect(commands.goTo(BOB)).rejects.toThrow("bob is in no file of the session now.");
  });

  it("passes on another refusal as it is", async () => {
    joined.refuse("peerline.gotoParticipant", "NOT_FOUND", "There is nobody of that name.");
    await expect(commands.goTo(BOB)).rejects.toThrow("There is nobody of that name.");
  });

  it("asks who is meant, of the others alone", async () => {
    code.picks = ["bob"];
    joined.participants(ME, BOB, person("$(bug) eve", { status: "away" }));
    await commands.follow();
    expect(code.rows.map(({ label, description }) => [label, description])).toEqual([
      ["bob", "editor"],
      ["\\$(bug) eve", "editor · away"],
    ]);
    expect(joined.requests).toEqual([["peerline.follow", { user_id: "bob" }]]);
  });

  it("does nothing when nobody is picked, or nobody is there", async () => {
    await commands.goTo();
    joined.participants(ME);
    await commands.goTo();
    expect(joined.requests).toEqual([]);
    expect(code.shown).toEqual([
      "pick: Peerline: Go to Participant",
      "info: Nobody else is in the session.",
    ]);
  });
});

describe("a summons", () => {
  const SUMMONS = { user_id: "bob", username: "bob", color: 1 };
  const FOLLOWED = [["peerline.follow", { user_id: "bob" }]];

  it.each([
    ["follow", [], FOLLOWED],
    ["ignore", [], []],
    ["ask", ["Follow"], FOLLOWED],
    ["ask", [], []],
  ])("is answered as it is set: %s, %j", async (whenSummoned, presses, requests) => {
    code.settings.set("follow.whenSummoned", whenSummoned);
    code.presses = presses;
    await commands.summoned(SUMMONS);
    expect(joined.requests).toEqual(requests);
    expect(code.shown).toEqual(
      {
        follow: [
          "info: bob brought you along. Move, type, scroll or press Escape to stop following.",
        ],
        ask: ["info: bob asks you to follow. [Follow]"],
      }[whenSummoned] ?? [],
    );
  });

  it("of somebody who has left meanwhile needs no message", async () => {
    code.settings.set("follow.whenSummoned", "ask");
    code.presses = ["Follow"];
    joined.refuse("peerline.follow", "NOT_FOUND", "There is nobody of that name.");
    await commands.summoned(SUMMONS);
    expect(joined.requests).toEqual(FOLLOWED);
  });
});

describe("changing a role", () => {
  it("marks the role of now, and says what has become of it", async () => {
    code.picks = ["Viewer"];
    await commands.changeRole(BOB);
    expect(code.rows.map(({ label, description }) => label + description)).toEqual([
      "Host",
      "Editornow",
      "Viewer",
    ]);
    expect(joined.requests).toEqual([["peerline.changeRole", { user_id: "bob", role: "viewer" }]]);
    expect(code.shown.at(-1)).toBe("info: bob is a viewer now.");
  });

  it("to the same role asks nothing of the bridge", async () => {
    code.picks = ["Editor"];
    await commands.changeRole(BOB);
    expect(joined.requests).toEqual([]);
    expect(code.shown).toEqual(["pick: Peerline: Role of bob"]);
  });

  it("makes no host of an agent", async () => {
    await commands.changeRole(agent("claude"));
    expect(code.rows.map(({ label }) => label)).toEqual(["Editor", "Viewer"]);
  });
});

describe("removing", () => {
  it.each([
    ["Remove", false],
    ["Remove and Ban", true],
  ])("by %s", async (button, ban) => {
    code.presses = [button];
    await commands.remove(BOB);
    await settled();
    expect(joined.requests).toEqual([["peerline.removeParticipant", { user_id: "bob", ban }]]);
    expect(code.shown).toEqual(["warning: Remove bob from the session? [Remove] [Remove and Ban]"]);
  });

  it("is left alone when the dialog is cancelled", async () => {
    joined.session.handlers["peerline/moderation"](LINK_OF_BOB);
    await commands.remove(BOB);
    await settled();
    expect(joined.requests).toEqual([]);
    expect(code.shown).toHaveLength(1);
  });

  it("says how each can come back: a person by a link, an agent by its owner", async () => {
    await commands.remove(BOB);
    expect(code.detail).toMatch(/^They can come back only with an invite link made from now on/);
    joined.session.handlers["peerline/moderation"](LINK_OF_BOB);
    await commands.remove(BOB);
    expect(code.detail).toMatch(/^Joined with the editor link of .*\.\nThey can come back only/);
    await commands.remove(agent("claude"));
    expect(code.detail).toMatch(/^It is disconnected/);
  });

  describe("somebody whose link still works", () => {
    const OFFER = `info: The editor link of ${momentOf(INVITE)} that bob joined with still works. [Revoke Link]`;

    beforeEach(() => {
      joined.session.handlers["peerline/moderation"](LINK_OF_BOB);
    });

    it("offers to revoke it", async () => {
      code.presses = ["Remove", "Revoke Link"];
      await commands.remove(BOB);
      await settled();
      expect(code.shown.slice(1)).toEqual([OFFER, "info: The editor invite link no longer works."]);
      expect(joined.requests.at(-1)).toEqual(["peerline.revokeInvite", { invite_id: "i1" }]);
    });

    it("keeps it if the offer is closed", async () => {
      code.presses = ["Remove"];
      await commands.remove(BOB);
      await settled();
      expect(code.shown.slice(1)).toEqual([OFFER]);
      expect(joined.requests).toHaveLength(1);
    });

    it("says why it could not be revoked", async () => {
      joined.refuse("peerline.revokeInvite", "NOT_FOUND", "There is no such link.");
      code.presses = ["Remove", "Revoke Link"];
      await commands.remove(BOB);
      await settled();
      expect(code.shown.at(-1)).toBe("warning: Peerline: There is no such link.");
      expect(failures).toEqual([]);
    });

    it("offers nothing if they were not removed", async () => {
      joined.refuse("peerline.removeParticipant", "FORBIDDEN", "You are no host.");
      code.presses = ["Remove"];
      await expect(commands.remove(BOB)).rejects.toThrow("You are no host.");
      expect(code.shown).toHaveLength(1);
    });
  });
});
