// The rows of the participants tree: a small session one by one, a large one in groups. Pure.
import type { EditorParticipant } from "@peerline/ui/generated/protocol";

/** With more participants than these, those who are not at work are a group that can be opened. */
export const MAX_SINGLE_ROWS = 8;

/** A group of participants, or one of them. */
export type Row = Group | EditorParticipant;

/** Some of the participants under one row, which counts them. */
export interface Group {
  readonly id: "hosts" | "editors" | "viewers" | "idle" | "away";
  readonly label: string;
  readonly people: readonly EditorParticipant[];
}

export function isGroup(row: Row): row is Group {
  return "people" in row;
}

/**
 * The rows, oneself first. In a crowd, oneself and the one who is followed; the others are in
 * groups: by what they do where that divides them, else by their role.
 */
export function rowsOf(participants: readonly EditorParticipant[]): Row[] {
  const ordered = [...participants].sort((one, other) => rank(one) - rank(other));
  if (ordered.length <= MAX_SINGLE_ROWS) {
    return ordered;
  }
  const single = ordered.filter((person) => person.is_me || person.is_followed);
  const others = ordered.filter((person) => !single.includes(person));
  const away = others.filter(({ status }) => status === "away");
  const idle = others.filter(({ status }) => status === "idle");
  const active = others.filter(({ status }) => status !== "away" && status !== "idle");
  const shown: Row[] =
    active.length + single.length <= MAX_SINGLE_ROWS
      ? active
      : groups([
          ["hosts", "Hosts", active.filter(({ role }) => role === "host")],
          ["editors", "Editors", active.filter(({ role }) => role === "editor")],
          ["viewers", "Viewers", active.filter(({ role }) => role === "viewer")],
        ]);
  return [
    ...single,
    ...shown,
    ...groups([
      ["idle", "Idle", idle],
      ["away", "Away", away],
    ]),
  ];
}

function groups(all: readonly [Group["id"], string, EditorParticipant[]][]): Group[] {
  return all
    .filter(([, , people]) => people.length > 0)
    .map(([id, label, people]) => ({ id, label, people }));
}

/** Those who are the same in this stay in the order of joining. */
function rank(person: EditorParticipant): number {
  return person.is_me ? 0 : 1;
}
