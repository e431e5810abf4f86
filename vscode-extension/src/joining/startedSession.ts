// The bridge's answer to `peerline.startSession`. Pure.
import { CommandRefused } from "@peerline/ui/refusal";

/** The links of a session that was started: the host's own, and the one for others. */
export function asStarted(answer: unknown): { link: string; invite: string } {
  if (typeof answer !== "object" || answer === null || !("link" in answer && "invite" in answer)) {
    throw new CommandRefused("INTERNAL_ERROR", "the bridge is of another version");
  }
  return { link: String(answer.link), invite: String(answer.invite) };
}
