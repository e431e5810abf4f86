// The steps of the walkthrough that are ticked when the user has done something, not when it was shown. Pure.
import type { EditorChat, EditorDocument, EditorState } from "@peerline/ui/generated/protocol";
import type { ThreadChanges } from "./threadStore";

/** Context keys without the prefix `peerline.`: what the user has done. */
export const MILESTONES = ["hasChatted", "hasCommented", "hasShared", "hasGoneTo"] as const;
export type Milestone = (typeof MILESTONES)[number];

/** Whether the user has written a message, now or in the time before. */
export function hasChatted({ messages }: Pick<EditorChat, "messages">): boolean {
  return messages.some(
    (message) => message.is_me && message.kind === "chat" && !message.is_pending,
  );
}

/** Whether the user has commented or replied. */
export function hasCommented({ changed }: Pick<ThreadChanges, "changed">): boolean {
  return changed.some((thread) => thread.is_me || thread.replies.some(({ is_me }) => is_me));
}

/** Whether the user has shared a file. */
export function hasShared(
  documents: readonly Pick<EditorDocument, "shared_by">[],
  me: string | undefined,
): boolean {
  return me !== undefined && documents.some(({ shared_by }) => shared_by === me);
}

/** Whether the user follows somebody, which takes them there. */
export function hasGoneTo({ following }: EditorState): boolean {
  return following !== undefined;
}
