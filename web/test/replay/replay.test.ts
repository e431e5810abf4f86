// The timeline of a session: what its moments say, and how it is played.
import type { ActivityEntry } from "@peerline/client/session";
import { describe, expect, it } from "vitest";
import { momentsOf } from "../../src/replay/moments.ts";
import { hashOf, LONGEST_SILENCE_MS, Tape, timeOf } from "../../src/replay/playing.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const by = { user_id: "u1", username: "ann" };

function entry(second: number, fields: Partial<ActivityEntry>): ActivityEntry {
  const timestamp = at(second);
  return { type: fields.event?.type ?? "cursor_trail", ...by, timestamp, ...fields };
}

function event(type: string, fields: object): Partial<ActivityEntry> {
  const whole = { type, session_id: "s", seq: 1, timestamp: at(0), ...by, ...fields };
  return { event: whole as unknown as NonNullable<ActivityEntry["event"]> };
}

const said = { id: "m1", ...by, content: "<b>hi</b>", timestamp: at(0), seq: 1 };

describe("the moments of a session", () => {
  it.each([
    [event("chat_message", { message: said }), "chat", "wrote", "<b>hi</b>"],
    [
      event("chat_message", { message: { ...said, content: "", deleted_at: at(1) } }),
      "chat",
      "wrote a message that was deleted",
      undefined,
    ],
    [
      event("message_edited", { message_id: "m1", content: "ho" }),
      "chat",
      "changed a message to",
      "ho",
    ],
    [
      event("code_comment", { comment: { ...said, file: "a.py", line: 3 } }),
      "comments",
      "commented on a.py:3",
      "<b>hi</b>",
    ],
    [
      event("comment_resolved", { comment_id: "c", resolved: false }),
      "comments",
      "reopened a comment",
      undefined,
    ],
    [
      event("file_event", { data: { file: "b", change: "renamed", old_file: "a" } }),
      "files",
      "renamed a to b",
      undefined,
    ],
    [
      event("message_edited", { message_id: "m1", comment_id: "m1", content: "ho" }),
      "comments",
      "changed a comment to",
      "ho",
    ],
    [event("message_deleted", { message_id: "m1" }), "chat", "deleted a message", undefined],
    [
      event("message_deleted", { message_id: "m1", comment_id: "m1" }),
      "comments",
      "deleted a comment",
      undefined,
    ],
    [event("reaction", { message_id: "m1", emoji: "👍" }), "chat", "reacted with 👍", undefined],
    [
      event("reaction", { message_id: "r", comment_id: "c", emoji: "👍", is_removed: true }),
      "comments",
      "took 👍 back",
      undefined,
    ],
    [
      event("code_comment", { comment: { ...said, file: "a.py", line: 3, deleted_at: at(1) } }),
      "comments",
      "commented on a.py:3; the comment was deleted",
      undefined,
    ],
    [event("comment_reply", { reply: said }), "comments", "replied", "<b>hi</b>"],
    [
      event("comment_reply", { reply: { ...said, deleted_at: at(1) } }),
      "comments",
      "wrote a reply that was deleted",
      undefined,
    ],
    [
      event("comment_resolved", { comment_id: "c", resolved: true }),
      "comments",
      "resolved a comment",
      undefined,
    ],
    [
      event("comment_reattached", { comment_id: "c" }),
      "comments",
      "attached a comment to other lines",
      undefined,
    ],
    [
      event("file_event", { data: { file: "b", change: "created" } }),
      "files",
      "created b",
      undefined,
    ],
    [event("document_shared", { document: { file: "b" } }), "files", "shared b", undefined],
    [event("document_unshared", { file: "b" }), "files", "stopped sharing b", undefined],
    [event("document_renamed", { old_file: "a", file: "b" }), "files", "renamed a to b", undefined],
    [event("user_joined", { user: { role: "host" } }), "people", "joined as host", undefined],
    [event("user_left", {}), "people", "left", undefined],
    [event("role_changed", { role: "viewer" }), "people", "is a viewer now", undefined],
    [event("name_changed", { name: "anna" }), "people", "is now called anna", undefined],
    [event("participant_removed", { is_banned: false }), "people", "was removed", undefined],
    [
      event("session_update", { changes: { title: "Review" } }),
      "people",
      "called the session Review",
      undefined,
    ],
    [
      event("session_update", { changes: { join_approval: true } }),
      "people",
      "changed the session",
      undefined,
    ],
    [event("session_ended", {}), "people", "ended the session for everyone", undefined],
    [event("role_changed", { role: "editor" }), "people", "is an editor now", undefined],
    [event("participant_removed", { is_banned: true }), "people", "was banned", undefined],
    [
      event("agent_event", { data: { kind: "prompt", turn_id: "t", text: "Speed it up" } }),
      "agents",
      "was given a prompt",
      "Speed it up",
    ],
    [
      event("agent_event", {
        data: {
          ...{ kind: "tool_call", id: "c", name: "Edit", title: "Edit a.py", status: "failed" },
          files: [
            { file: "a.py", lines_added: 12, lines_removed: 3 },
            { file: "b.py", lines_added: 1 },
          ],
        },
      }),
      "agents",
      "used Edit a.py (+13 -3 lines), which failed",
      undefined,
    ],
    [
      event("agent_event", {
        data: { kind: "tool_call", id: "c", name: "Bash", status: "denied" },
      }),
      "agents",
      "used Bash, which was denied",
      undefined,
    ],
    [
      event("agent_event", {
        data: {
          kind: "plan",
          entries: [
            { text: "Measure", status: "completed" },
            { text: "Mend", status: "in_progress" },
          ],
        },
      }),
      "agents",
      "planned: 1 of 2 done",
      "● Measure\n◐ Mend",
    ],
    [
      event("agent_event", {
        data: { kind: "turn_end", turn_id: "t", reason: "end_turn", text: "Done." },
      }),
      "agents",
      "ended its turn (end_turn)",
      "Done.",
    ],
    [
      event("approval_asked", { approval: { title: "Run command", tool: "Bash", detail: "rm x" } }),
      "agents",
      "asked: Run command (Bash)",
      undefined,
    ],
    [
      event("approval_answered", { answer: "deny", by: "u1", comment: "Not that" }),
      "agents",
      "denied what an agent asked",
      "Not that",
    ],
    [
      event("agent_prompted", { prompt: { text: "Speed it up" } }),
      "agents",
      "prompted an agent",
      "Speed it up",
    ],
    [event("prompt_changed", { state: "stopping" }), "agents", "stopped an agent", undefined],
    [
      event("approval_answered", { answer: "expired" }),
      "agents",
      "got no answer in time",
      undefined,
    ],
    [
      { trail: { file: "a.py", start_line: 2, end_line: 2, since: at(0) } },
      "files",
      "was in a.py, line 2",
      undefined,
    ],
  ])("say what was done: %j", (fields, lane, did, text) => {
    const [moment] = momentsOf([entry(0, fields)]);
    expect(moment).toMatchObject({ lane, did, name: "ann" });
    expect(moment?.said).toBe(text);
  });

  it("come oldest first, in the order in which they happened", () => {
    const left = event("user_left", {});
    const joined = event("user_joined", { user: { id: "u1", username: "ann", role: "viewer" } });
    const moments = momentsOf([entry(5, left), entry(3, left), entry(3, joined)]);
    expect(moments.map(({ did }) => did)).toEqual(["joined as viewer", "left", "left"]);
  });

  it("have what a tool was called with as code", () => {
    const data = { kind: "tool_call", id: "c", name: "Bash", status: "completed", input: "ls" };
    expect(momentsOf([entry(0, event("agent_event", { data }))])[0]?.code).toBe("ls");
  });

  it("leave out what is newer than this page, and times that are none", () => {
    const newer = event("agent_event", { data: { kind: "from_the_future" } });
    const answer = event("approval_answered", { answer: "allow_for_ever" });
    const running = event("prompt_changed", { state: "running" });
    expect(momentsOf([entry(0, newer), entry(0, answer), entry(0, running)])).toEqual([]);
    const left = event("user_left", {});
    expect(momentsOf([entry(0, event("from_the_future", {}))])).toEqual([]);
    expect(momentsOf([{ ...entry(0, left), timestamp: "never" }])).toEqual([]);
  });
});

describe("a tape", () => {
  const SECOND = 1000;
  const tape = new Tape([0, 10 * SECOND, 3600 * SECOND, 3601 * SECOND]);

  it("skips long silences only", () => {
    expect(tape.places).toEqual([
      0,
      10_000,
      10_000 + LONGEST_SILENCE_MS,
      11_000 + LONGEST_SILENCE_MS,
    ]);
  });

  it("knows what has happened at a place", () => {
    expect([-1, 0, 9_999, 10_000, tape.length].map((place) => tape.count(place))).toEqual([
      0, 1, 1, 2, 4,
    ]);
  });

  it("finds the place of every moment again", () => {
    for (const [index, time] of [0, 10, 3600, 3601].entries()) {
      expect(tape.placeOf(time * SECOND)).toBe(tape.places[index]);
      expect(tape.timeAt(tape.places[index] ?? -1)).toBe(time * SECOND);
    }
    expect(tape.placeOf(1800 * SECOND)).toBe(tape.places[2]);
    expect(tape.placeOf(-5)).toBe(0);
    expect(tape.placeOf(1e9 * SECOND)).toBe(tape.length);
  });

  it("goes from moment to moment", () => {
    expect(tape.step(0, 1)).toBe(10_000);
    expect(tape.step(10_000, -1)).toBe(0);
    expect(tape.step(0, -1)).toBe(0);
    expect(tape.step(tape.length, 1)).toBe(tape.length);
  });

  it("may be empty", () => {
    const empty = new Tape([]);
    expect([empty.length, empty.count(5), empty.timeAt(0), empty.placeOf(7)]).toEqual([0, 0, 0, 0]);
  });

  it("is sought in a long session by halves", () => {
    const times = Array.from({ length: 50_000 }, (_, index) => index * SECOND);
    const long = new Tape(times);
    expect(long.count(25_000 * SECOND)).toBe(25_001);
  });
});

describe("the address of a moment", () => {
  it("is read back", () => {
    const time = Date.UTC(2026, 0, 1, 12);
    expect(timeOf(hashOf(time))).toBe(time);
    expect(timeOf("#t=2026-01-01T12%3A00%3A00Z")).toBe(time);
  });

  it.each(["", "#", "#t=", "#t=%E0%A4%A", "#t=yesterday", "#at=2026-01-01"])(
    "is none in %j",
    (hash) => {
      expect(timeOf(hash)).toBeUndefined();
    },
  );
});
