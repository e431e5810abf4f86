// Whether a mention in the chat has gone, so that nothing has to be said of it any more. Pure.
import type { EditorChat } from "@peerline/ui/generated/protocol";

/** Whether this change of the chat removes a message, or takes its text away. */
export function hasGone(id: string, { messages, removed = [], reset }: EditorChat): boolean {
  const message = messages.find((one) => one.id === id);
  return (
    removed.includes(id) ||
    (reset === true && message === undefined) ||
    (message !== undefined && (message.is_deleted === true || message.mentions_me !== true))
  );
}
