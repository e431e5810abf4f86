// The facts about a row of the tree of participants for the conditions of its menu in package.json. Pure.
import type { EditorParticipant } from "@peerline/ui/generated/protocol";

/** `me`, or `other` with what is true of them: `.followed`, and of an agent `.prompt`, `.stop`. */
export function contextValue({ is_me, is_followed, agent }: EditorParticipant): string {
  if (is_me) {
    return "me";
  }
  const marks = [
    is_followed === true ? "followed" : "",
    agent?.queue?.may_prompt === true ? "prompt" : "",
    agent?.queue?.may_stop === true ? "stop" : "",
  ];
  return ["other", ...marks.filter((mark) => mark !== "")].join(".");
}
