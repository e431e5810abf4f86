// The session whose messages are shown: they stay when it is left. Pure.
import type { EditorState } from "../generated/protocol";

/** A session by its id and title. */
export interface SessionName {
  readonly id: string;
  readonly title?: string;
}

/** The session whose messages are shown after this change of the connection. */
export function shownAfter(
  shown: SessionName | undefined,
  { session_id: id, title }: EditorState,
): SessionName | undefined {
  return id === undefined ? shown : { id, ...(title === undefined ? {} : { title }) };
}
