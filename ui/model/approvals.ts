// The questions of AI agents in words. Pure.
import type { EditorApproval } from "../generated/protocol";

/** The answers as buttons. */
export const ANSWERS = { allow_once: "Allow Once", deny: "Deny" } as const;

/** `claude asks: Run command (Bash)`. */
export function askedText({ username, title, tool }: EditorApproval): string {
  return `${username} asks: ${title}${tool == null ? "" : ` (${tool})`}`;
}
