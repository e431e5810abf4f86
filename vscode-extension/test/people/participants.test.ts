// The tree of participants: what each row says, and what it offers.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Unread } from "../../src/chat/unread";
import {
  agentLines,
  describe as describePerson,
  ParticipantsTree,
} from "../../src/people/participants";
import { agent, Joined, person } from "../joined";
import { begin, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

let joined: Joined;
let unread: Unread;
let tree: ParticipantsTree;

beforeEach(() => {
  begin();
  joined = new Joined();
  unread = new Unread(joined.session);
  tree = new ParticipantsTree(joined.session, unread);
});

afterEach(() => {
  tree.dispose();
  unread.dispose();
});

describe("a row", () => {
  it.each([
    [person("bob"), "editor"],
    [person("bob", { status: "idle" }), "editor · idle"],
    [person("bob", { file: "a.py", line: 3, role: "host" }), "host · a.py:3"],
    [
      agent("claude", { state: "working", doing: "Tests" }),
      "agent of ann · working: Tests · editor",
    ],
    [agent("claude", { owner: "" }), "agent · editor"],
  ])("describes %j", (who, text) => {
    expect(describePerson(who)).toBe(text);
  });

  it.each([
    [person("bob"), "circle-filled"],
    [person("bob", { status: "away" }), "circle-outline"],
    [agent("claude"), "hubot"],
    [person("bob", { is_followed: true, status: "away" }), "eye"],
  ])("has the sign of %j", (who, icon) => {
    expect(tree.getTreeItem(who).iconPath).toMatchObject({ id: icon });
  });

  it("goes to others, and not to oneself", () => {
    const bob = person("bob");
    expect(tree.getTreeItem(bob).command).toMatchObject({
      command: "peerline.goThere",
      arguments: [bob],
    });
    const me = tree.getTreeItem(person("me", { is_me: true }));
    expect([me.label, me.command]).toEqual(["me (you)", undefined]);
  });

  it("has the link that somebody joined with, for hosts", () => {
    expect(tree.getTreeItem(person("bob")).accessibilityInformation?.label).toBe("bob, editor");
    joined.session.handlers["peerline/moderation"]({
      arrivals: [{ user_id: "bob", invite_id: "i" }],
    });
    const { accessibilityInformation, tooltip } = tree.getTreeItem(person("bob"));
    const text = "Joined with a link that no longer works";
    expect(accessibilityInformation?.label).toBe(`bob, editor, ${text}`);
    expect((tooltip as { value: string }).value).toContain(text);
  });

  it("has what an agent uses and its plan behind it", () => {
    expect(agentLines(person("bob"))).toEqual([]);
    const plan = [{ text: "Measure", status: "completed" }] as const;
    expect(
      agentLines(agent("claude", { model: "m1", cost: 0.5, currency: "USD", plan: [...plan] })),
    ).toEqual(["claude-code · m1 · 0.50 USD", "☑ Measure"]);
  });
});

describe("the view", () => {
  it("counts the people and has the session's title", () => {
    joined.participants(person("me", { is_me: true }));
    joined.state({ title: "Pairing" });
    expect(window.tree).toMatchObject({ title: "Participants", description: "Pairing" });
    joined.participants(person("me", { is_me: true }), person("bob"));
    expect(window.tree.title).toBe("Participants (2)");
  });

  it("puts a crowd into groups, which can be opened", () => {
    const crowd = Array.from({ length: 20 }, (_, index) => person(`p${index}`, { status: "away" }));
    joined.participants(person("me", { is_me: true }), ...crowd);
    const [me, away, ...others] = tree.getChildren();
    expect(others).toEqual([]);
    expect(tree.getTreeItem(away as never)).toMatchObject({ label: "Away", description: "20" });
    expect(tree.getChildren(away)).toHaveLength(20);
    expect(tree.getChildren(me)).toEqual([]);
  });

  it("has the sign of unread messages until the chat has its own", () => {
    const message = { kind: "chat", is_me: false, id: "m", seq: 1 };
    const come = (id: string) =>
      joined.session.handlers["peerline/chat"]({
        messages: [{ ...message, id }],
        reset: false,
      } as never);
    come("m1");
    expect(window.tree.badge).toEqual({ value: 1, tooltip: "1 unread message" });
    unread.isChatResolved = true;
    come("m2");
    expect(window.tree.badge).toBeUndefined();
  });
});
