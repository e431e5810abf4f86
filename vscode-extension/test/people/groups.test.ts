import type { EditorParticipant } from "@peerline/ui/generated/protocol";
import { person } from "@peerline/ui/test/make";
import { describe, expect, it } from "vitest";
import { isGroup, MAX_SINGLE_ROWS, type Row, rowsOf } from "../../src/people/groups";

function crowd(count: number, fields: Partial<EditorParticipant> = {}): EditorParticipant[] {
  return Array.from({ length: count }, (_, index) => person(`user${index}`, fields));
}

function shown(rows: readonly Row[]): string[] {
  return rows.map((row) => (isGroup(row) ? `${row.label} ${row.people.length}` : row.username));
}

describe("the rows of the participants", () => {
  it("are all of them in a small session, oneself first", () => {
    const people = [...crowd(MAX_SINGLE_ROWS - 1), person("me", { is_me: true })];
    expect(shown(rowsOf(people))).toEqual([
      "me",
      ...crowd(MAX_SINGLE_ROWS - 1).map((p) => p.username),
    ]);
  });

  it("are counted by role in a crowd, with oneself and the followed one apart", () => {
    const people = [
      ...crowd(20),
      person("vic", { role: "viewer" }),
      person("hal", { role: "host" }),
      person("fay", { is_followed: true }),
      person("me", { is_me: true }),
    ];
    expect(shown(rowsOf(people))).toEqual(["me", "fay", "Hosts 1", "Editors 20", "Viewers 1"]);
  });

  it("are those at work one by one, if the others are idle or away", () => {
    const people = [
      ...crowd(25, { status: "away" }),
      person("ida", { status: "idle" }),
      person("bob"),
      person("me", { is_me: true }),
    ];
    expect(shown(rowsOf(people))).toEqual(["me", "bob", "Idle 1", "Away 25"]);
  });

  it("have everybody exactly once, whatever they do", () => {
    const statuses = ["active", "idle", "away", "typing"] as const;
    const roles = ["host", "editor", "viewer"] as const;
    for (const count of [0, 1, MAX_SINGLE_ROWS, MAX_SINGLE_ROWS + 1, 60]) {
      const people = Array.from({ length: count }, (_, index) =>
        person(`user${index}`, {
          status: statuses[index % 4] ?? "active",
          role: roles[index % 3] ?? "editor",
          is_me: index === 5,
          is_followed: index === 7,
        }),
      );
      const found = rowsOf(people).flatMap((row) => (isGroup(row) ? row.people : [row]));
      expect(found.map(({ username }) => username).sort()).toEqual(
        people.map(({ username }) => username).sort(),
      );
    }
  });
});
