// The panel's view of a session: the wording of its lines, and text of others that is made safe.
import {
  type AgentPrompted,
  type Change,
  type ChatMessage,
  colorOf,
  type FileEvent,
  type Participant,
  type PendingItem,
  Replica,
  type SessionUpdate,
} from "@peerline/client/session";
import { SHOWN_PROMPT_CHARS } from "@peerline/ui/generated/limits";
import { describe, expect, it } from "vitest";
import { Session } from "../../../client-js/test/session.ts";
import { oneLine, requestOf, Views } from "../../src/shared/toPanel.ts";

const AT = "2026-01-02T10:00:00Z";
/** Turns the text behind it around, which would let a name show as another one. */
const RTL = "\u202e";

function person(id: string, more: Partial<Participant> = {}): Participant {
  return { id, username: id.toUpperCase(), role: "editor", joined_at: AT, ...more };
}

function views(...participants: Participant[]): Views {
  const replica = new Replica();
  replica.apply({ ...new Session().snapshot(), participants, seq: 7 });
  return new Views(replica, new Map([["ann", 4]]));
}

/** A line as a person reads it: the name, then the text. */
function read(shown: Views, change: Change): string | undefined {
  const line = shown.line(change);
  return line && `${line.username} ${line.content}`;
}

describe("a line of the chat", () => {
  const shown = views(person("ann"), person("bot", { kind: "agent" }));
  const participant = person("ann");

  it.each<[string | undefined, Change]>([
    ["ANN joined", { kind: "joined", participant, isNew: true }],
    [undefined, { kind: "joined", participant, isNew: false }],
    ["ANN left", { kind: "left", participant, at: AT }],
    ["ANN was removed", { kind: "removed", participant, by: "bob", at: AT }],
    ["ANN is an editor now", { kind: "roleGiven", participant, by: "bob", at: AT }],
    [
      "ANN is a host now",
      { kind: "roleGiven", participant: person("ann", { role: "host" }), by: "bob", at: AT },
    ],
    ["ann is now called ANN", { kind: "renamed", participant, before: "ann", at: AT }],
    [undefined, { kind: "resumed" }],
    [undefined, { kind: "presenceMoved", participant }],
  ])("is %s", (expected, change) => {
    expect(read(shown, change)).toBe(expected);
  });

  it("has the time and number of its event, and the colour of its person", () => {
    expect(shown.line({ kind: "left", participant, at: AT })).toEqual({
      id: "event-7",
      kind: "system",
      user_id: "ann",
      username: "ANN",
      color: 4,
      content: "left",
      timestamp: AT,
      seq: 7,
    });
    const unknown = shown.line({ kind: "left", participant: person("eve"), at: AT });
    expect(unknown?.color).toBe(colorOf("eve"));
  });

  it("is one line, whatever somebody calls themselves", () => {
    const named = person("ann", { username: `Ann\nBob: hi\r\n${RTL}` });
    expect(read(shown, { kind: "left", participant: named, at: AT })).toBe(
      "Ann Bob: hi <U+202E> left",
    );
    expect(read(shown, { kind: "renamed", participant: named, before: "ANN", at: AT })).toBe(
      "ANN is now called Ann Bob: hi <U+202E>",
    );
  });

  it.each<[string, FileEvent["data"]]>([
    ["ANN created a.py (+3)", { file: "a.py", change: "created", lines_added: 3 }],
    ["ANN deleted a.py (-2)", { file: "a.py", change: "deleted", lines_removed: 2 }],
    ["ANN modified a.py", { file: "a.py", change: "modified" }],
    [
      "ANN renamed old.py to new.py (+0 -1)",
      {
        ...{ file: "new.py", old_file: "old.py", change: "renamed" },
        ...{ lines_added: 0, lines_removed: 1 },
      },
    ],
  ])("says of a file: %s", (expected, data) => {
    const event: FileEvent = {
      ...{ type: "file_event", session_id: "session1", seq: 5, timestamp: AT },
      ...{ user_id: "ann", username: "ANN", data },
    };
    expect(read(shown, { kind: "fileChanged", event })).toBe(expected);
    expect(shown.line({ kind: "fileChanged", event })?.id).toBe("event-5");
  });

  it.each<[string | undefined, SessionUpdate["changes"], boolean]>([
    ["ANN set title: New", { title: "New" }, false],
    ["ANN set status: busy, model: m1", { model: "m1", status: "busy" }, false],
    ["ANN admits everybody with a link", { join_approval: false }, false],
    [
      "ANN set title: New, admits users that a host approves",
      { title: "New", join_approval: true },
      false,
    ],
    [undefined, { token_count: 12, cost: 1 }, false],
    [undefined, { model: "m1" }, true],
  ])("says of the session: %s", (expected, changes, derived) => {
    const event: SessionUpdate = {
      ...{ type: "session_update", session_id: "session1", seq: 6, timestamp: AT },
      ...{ changes, updated_by: "ann", derived },
    };
    expect(read(shown, { kind: "sessionChanged", event })).toBe(expected);
  });

  it.each([
    ["ANN allowed “run” once for BOT: fine", "allow_once", "fine"],
    ["ANN allowed “run” once for BOT", "allow_once", undefined],
    ["ANN denied “run” for BOT: no\u00a0way", "deny", "no\u00a0way"],
    ["BOT got no answer to “run” in time", "expired", undefined],
    ["BOT no longer asks “run”", "withdrawn", undefined],
  ] as const)("says how a question ended: %s", (expected, answer, comment) => {
    const change: Change = {
      kind: "approvalClosed",
      approval: {
        ...{ id: "q", user_id: "bot", username: "BOT", title: "run", digest: "" },
        ...{ asked_at: AT, expires_at: AT },
      } as never,
      event: {
        ...{ type: "approval_answered", session_id: "session1", seq: 8, timestamp: AT },
        ...{ approval_id: "q", user_id: "bot", answer, by: "ann" },
        ...(comment === undefined ? {} : { comment }),
      },
    };
    expect(read(shown, change)).toBe(expected);
    const { approval: _, ...withoutIt } = change;
    expect(read(shown, withoutIt)).toBe(expected.replace("“run”", "a question"));
  });

  it("shows the beginning of a prompt by whole characters, and none that is a message", () => {
    const prompt = {
      ...{ id: "p", agent_id: "bot", user_id: "ann", username: "ANN", asked_at: AT },
      text: "🐍".repeat(SHOWN_PROMPT_CHARS + 1),
    };
    const event: AgentPrompted = {
      type: "agent_prompted",
      ...{ session_id: "session1", seq: 8, timestamp: AT },
      prompt,
    };
    const begin = "🐍".repeat(SHOWN_PROMPT_CHARS);
    expect(read(shown, { kind: "promptsMoved", event })).toBe(`ANN prompts BOT: ${begin}`);
    const said = { ...event, prompt: { ...prompt, message_id: "m" } };
    expect(read(shown, { kind: "promptsMoved", event: said })).toBeUndefined();
  });
});

describe("a chat message", () => {
  const shown = views(person("me"), person("ann"));
  const said: ChatMessage = {
    ...{ id: "m", user_id: "ann", username: "Ann\tB", content: "a\nb\u200b", timestamp: AT },
    seq: 3,
  };

  it("keeps its line breaks and shows what is invisible in it", () => {
    expect(shown.line({ kind: "chatAdded", message: said })).toEqual({
      ...{ id: "m", kind: "chat", user_id: "ann", username: "Ann B", color: 4, timestamp: AT },
      ...{ content: "a\nb<U+200B>", mentions: [], reactions: [], seq: 3 },
      ...{ is_me: false, is_edited: false, is_deleted: false, mentions_me: false },
    });
  });

  it("tells what is of the user, and names who is here", () => {
    const message = {
      ...said,
      user_id: "me",
      mentions: ["ann", "gone", "me"],
      reactions: [
        { emoji: "👍", user_ids: ["ann", "me"] },
        { emoji: "👎", user_ids: ["gone"] },
      ],
      ...{ edited_at: AT, deleted_at: AT, parent_id: "m0" },
    };
    expect(shown.message(message)).toMatchObject({
      ...{ is_me: true, mentions_me: true, is_edited: true, is_deleted: true, parent_id: "m0" },
      mentions: ["ANN", "gone", "ME"],
      reactions: [
        { emoji: "👍", names: ["ANN", "ME"], is_mine: true },
        { emoji: "👎", names: ["gone"], is_mine: false },
      ],
    });
  });

  it("that waits is known by its request, with the reason if it was refused", () => {
    const message: PendingItem["message"] = {
      type: "chat_message",
      ...{ session_id: "session1", request_id: "r1", content: "hi" },
    };
    const waiting = shown.pending({ requestId: "r1", message, since: AT });
    expect(waiting).toMatchObject({ user_id: "me", username: "ME", is_me: true, is_pending: true });
    expect(waiting).not.toHaveProperty("refusal");
    expect(requestOf(waiting?.id ?? "")).toBe("r1");
    expect(requestOf("r1")).toBeUndefined();
    const refusal = { code: "FORBIDDEN", text: "Viewers cannot write." } as const;
    const refused = shown.pending({ requestId: "r1", message, since: AT, refusal });
    expect(refused?.refusal).toBe("Viewers cannot write.");
    const other: PendingItem["message"] = {
      type: "reply_comment",
      ...{ session_id: "session1", request_id: "r2", comment_id: "c", content: "hi" },
    };
    expect(shown.pending({ requestId: "r2", message: other, since: AT })).toBeUndefined();
  });
});

describe("the participants", () => {
  it("are where their cursor is, and write while they type in the chat", () => {
    const cursor = { file: "a\nb.py", line: 3, col: 1 };
    const shown = views(
      person("me"),
      person("ann", { presence: { status: "typing", typing_in: "chat", cursor } }),
      person("bob", { presence: { status: "typing", cursor: { ...cursor, cell: 2 } } }),
    );
    const [me, ann, bob] = shown.participants("bob");
    expect(me).toMatchObject({ is_me: true, is_followed: false, status: "active" });
    expect(me).not.toHaveProperty("file");
    expect(ann).toMatchObject({ is_writing: true, file: "a b.py", line: 3 });
    expect(ann).not.toHaveProperty("cell");
    expect(bob).toMatchObject({ is_writing: false, is_followed: true, cell: 2 });
  });

  it("have an agent's work only if they are one", () => {
    const shown = views(
      person("ann"),
      person("bot", {
        kind: "agent",
        agent: { owner_id: "ann", product: "x", model: "old" },
        activity: {
          state: "working",
          model: "new\nmodel",
          plan: [{ text: "a" }, { text: "b\tc", status: "completed" }],
          usage: { context_used: 1, context_limit: 3 },
        },
      }),
      person("idle", { kind: "agent" }),
    );
    const [ann, bot, idle] = shown.participants();
    expect(ann).not.toHaveProperty("agent");
    expect(bot?.agent).toEqual({
      ...{ owner: "ANN", product: "x", model: "new model", state: "working", context_percent: 33 },
      plan: [
        { text: "a", status: "pending" },
        { text: "b c", status: "completed" },
      ],
    });
    expect(idle?.agent).toEqual({ owner: "", product: "agent", plan: [] });
  });

  it("have no share of a context whose size is not known", () => {
    const usage = { context_used: 5, context_limit: 0 };
    const bot = person("bot", { kind: "agent", activity: { state: "working", usage } });
    expect(views().agent(bot)).not.toHaveProperty("context_percent");
  });
});

it("writes text in one line, with odd spaces shown where somebody is asked to allow it", () => {
  expect(oneLine("a\r\nb\rc\td\u2028e\u0000")).toBe("a b c d<U+2028>e<U+0000>");
  expect(oneLine("rm\u00a0-rf")).toBe("rm\u00a0-rf");
  expect(oneLine("rm\u00a0-rf", true)).toBe("rm<U+00A0>-rf");
});
