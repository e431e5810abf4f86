// A refused or waiting message as it was written, and why it was not taken. Pure.
import type { Draft, PendingItem } from "@peerline/client";

/** A message again as it was written, or with another text. */
export function draftOf({ message }: PendingItem, content: string | undefined): Draft {
  const { session_id: _session, request_id: _request, ...draft } = message;
  return content === undefined || !("content" in draft) ? draft : { ...draft, content };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
