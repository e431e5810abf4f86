// The answer to `peerline.recentSessions`, checked: it was also kept on the disk meanwhile. Pure.
import type { EditorRecentSession } from "@peerline/ui/generated/protocol";

/** More are not listed. */
export const MAX_RECENT = 20;

/** The sessions in an answer; what is none is left out. */
export function readRecent(answer: unknown): readonly EditorRecentSession[] {
  return Array.isArray(answer) ? answer.filter(isRecent).slice(0, MAX_RECENT) : [];
}

function isRecent(value: unknown): value is EditorRecentSession {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    ["session_id", "title", "server", "link", "last_joined"].every(
      (name) => typeof fields.get(name) === "string",
    ) && typeof fields.get("is_own") === "boolean"
  );
}
