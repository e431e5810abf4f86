// The read position and the place of the unread divider. Pure.
import type { EditorChatMessage } from "../generated/protocol";

/** Whether a message counts as unread until it is seen. */
export function counts(message: EditorChatMessage): boolean {
  return message.kind === "chat" && !message.is_me && !message.is_deleted;
}

/** The messages of others behind the last one that was read. */
export function unreadAfter(
  messages: readonly EditorChatMessage[],
  readSeq: number,
): EditorChatMessage[] {
  return messages.filter((message) => counts(message) && (message.seq ?? 0) > readSeq);
}

/** The highest place among the messages; 0 if there is none. */
export function lastSeq(messages: readonly EditorChatMessage[]): number {
  return messages.reduce((highest, message) => Math.max(highest, message.seq ?? 0), 0);
}
