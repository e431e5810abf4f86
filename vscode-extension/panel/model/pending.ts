// Messages that wait in the bridge until there is a connection. Pure.
import type { EditorChatMessage } from "../../src/generated/protocol";

/** What a bridge that keeps messages says of one that was not sent. */
export interface Pending {
  is_pending?: boolean;
  /** Why it will not be sent. */
  refusal?: string;
}

export function isPending(message: EditorChatMessage & Pending): boolean {
  return message.is_pending === true;
}

export function refusalOf(message: EditorChatMessage & Pending): string | undefined {
  return message.refusal;
}
