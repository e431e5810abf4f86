// Whether the user has reacted to news in a thread, so that nothing has to be said of it any more. Pure.
import type { EditorReply, EditorThread } from "@peerline/ui/generated/protocol";

/** Whether a comment or reply was answered, reacted to or deleted, or its thread resolved. */
export function isAnswered(thread: EditorThread, id: string): boolean {
  const items: readonly (EditorThread | EditorReply)[] = [thread, ...thread.replies];
  const index = items.findIndex((item) => item.id === id);
  const item = items[index];
  return (
    thread.resolved ||
    item === undefined ||
    (item === thread && thread.is_deleted === true) ||
    (item.reactions ?? []).some(({ is_mine }) => is_mine) ||
    items.slice(index + 1).some(({ is_me }) => is_me)
  );
}
