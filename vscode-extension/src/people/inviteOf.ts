// The link that a participant came by, as long as it still works. Pure.
import type { EditorModeration, Invite } from "@peerline/ui/generated/protocol";

/** The invite by which a user joined, if it still admits others. */
export function inviteOf(userId: string, moderation: EditorModeration): Invite | undefined {
  const arrival = moderation.arrivals?.find(({ user_id }) => user_id === userId);
  return moderation.invites?.find(({ id }) => id === arrival?.invite_id);
}
