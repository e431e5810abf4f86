// The link that a participant came by, and the words for it. Pure.
import type { EditorModeration, Invite } from "../generated/protocol";

/** The invite by which a user joined, if it still admits others. */
export function inviteOf(userId: string, moderation: EditorModeration): Invite | undefined {
  const arrival = moderation.arrivals?.find(({ user_id }) => user_id === userId);
  return moderation.invites?.find(({ id }) => id === arrival?.invite_id);
}

/** The link as hosts see it; empty for a user who came by none, or where it is unknown. */
export function linkText(userId: string, moderation: EditorModeration, locale?: string): string {
  if (!moderation.arrivals?.some(({ user_id }) => user_id === userId)) {
    return "";
  }
  const invite = inviteOf(userId, moderation);
  return invite === undefined
    ? "Joined with a link that no longer works"
    : `Joined with the ${invite.role} link of ${momentOf(invite, locale)}`;
}

/** The words for a host who has revoked a link. */
export function revokedText(invite: Invite): string {
  return `The ${invite.role} invite link no longer works.`;
}

/** The time at which an invite was made, as the user writes it. */
export function momentOf(invite: Invite, locale?: string): string {
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  return new Date(invite.created_at).toLocaleString(locale, style);
}
