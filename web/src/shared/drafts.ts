// A refused or waiting message as it was written, and why it was not taken. Pure.
import type { Draft, PendingItem } from "@peerline/client";

/** A message again as it was written, or with another text. */
export function draftOf({ message }: PendingItem, content: string | undefined): Draft {
  const { session_id: _session, request_id: _request, ...draft } = message;
  if (content === undefined) {
    return draft;
  }
  return draft.type === "add_comment"
    ? { ...draft, data: { ...draft.data, content } }
    : "content" in draft
      ? { ...draft, content }
      : draft;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
