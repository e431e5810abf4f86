// The user's own status: active while they act here, idle and away when they do not. Pure.
import { AWAY_SECONDS, IDLE_SECONDS, TYPING_SECONDS } from "@peerline/ui/generated/limits";

export type OwnStatus = "active" | "typing" | "idle" | "away";

/** When the user last acted and typed, in milliseconds of any clock; what others are told by that. */
export class Attention {
  #acted: number;
  #place: "chat" | "code" = "chat";
  #typed = Number.NEGATIVE_INFINITY;

  constructor(now: number) {
    this.#acted = now;
  }

  act(now: number): void {
    this.#acted = now;
  }

  /** The place of the last key. */
  get place(): "chat" | "code" {
    return this.#place;
  }

  /** A key in the composer, or in the code. */
  type(now: number, place: "chat" | "code" = "chat"): void {
    this.#acted = now;
    this.#typed = now;
    this.#place = place;
  }

  /** A message was sent: nothing is being typed any more. */
  sent(now: number): void {
    this.#acted = now;
    this.#typed = Number.NEGATIVE_INFINITY;
  }

  status(now: number): OwnStatus {
    if (now - this.#typed < TYPING_SECONDS * 1000) {
      return "typing";
    }
    const seconds = (now - this.#acted) / 1000;
    return seconds >= AWAY_SECONDS ? "away" : seconds >= IDLE_SECONDS ? "idle" : "active";
  }

  /** Milliseconds until the status changes if nothing is done; undefined if it stays. */
  changesIn(now: number): number | undefined {
    const ends = [
      this.#typed + TYPING_SECONDS * 1000,
      this.#acted + IDLE_SECONDS * 1000,
      this.#acted + AWAY_SECONDS * 1000,
    ].filter((moment) => moment > now);
    return ends.length === 0 ? undefined : Math.min(...ends) - now;
  }
}
