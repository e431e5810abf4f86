// The chat as it is laid out: days, groups of one author, the unread divider. Pure.
import type { EditorChatMessage } from "../generated/protocol";
import { dayOf } from "./format";

/** One thing below the other in the chat. Keys are stable while messages are added on both sides. */
export type Row =
  | { kind: "day"; key: string; timestamp: string }
  | { kind: "unread"; key: string }
  | { kind: "group"; key: string; messages: [EditorChatMessage, ...EditorChatMessage[]] }
  | { kind: "events"; key: string; messages: [EditorChatMessage, ...EditorChatMessage[]] };

/** Messages of one author that are farther apart than this make two groups. */
export const GROUP_GAP_MS = 5 * 60_000;

/** The rows of messages in their order; the divider comes before the first unread one. */
export function layOut(messages: readonly EditorChatMessage[], firstUnread?: string): Row[] {
  const rows: Row[] = [];
  let day = "";
  for (const message of messages) {
    const itsDay = dayOf(message.timestamp);
    if (itsDay !== day) {
      day = itsDay;
      rows.push({ kind: "day", key: `day-${message.id}`, timestamp: message.timestamp });
    }
    if (message.id === firstUnread) {
      rows.push({ kind: "unread", key: "unread" });
    }
    const last = rows.at(-1);
    if (last !== undefined && belongs(last, message)) {
      last.messages.push(message);
    } else {
      rows.push({
        kind: message.kind === "system" ? "events" : "group",
        key: message.id,
        messages: [message],
      });
    }
  }
  return rows;
}

function belongs(row: Row, message: EditorChatMessage): row is Extract<Row, { messages: unknown }> {
  if (row.kind === "events") {
    return message.kind === "system";
  }
  if (row.kind !== "group" || message.kind === "system") {
    return false;
  }
  const last = row.messages.at(-1) ?? row.messages[0];
  const gap = Date.parse(message.timestamp) - Date.parse(last.timestamp);
  return last.user_id === message.user_id && !(gap > GROUP_GAP_MS);
}
