// When a bridge that has crashed is started again. Pure; time is given.

import {
  CRASH_WINDOW_SECONDS,
  FIRST_RESTART_SECONDS,
  LONGEST_RESTART_SECONDS,
  MAX_CRASHES,
} from "@peerline/ui/generated/limits";

/** Counts crashes. */
export class Restarts {
  #crashes: number[] = [];

  /** The bridge has crashed: how long to wait before its restart; undefined to give up. */
  crashed(now: number): number | undefined {
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_SECONDS * 1_000), now];
    const count = this.#crashes.length;
    return count >= MAX_CRASHES
      ? undefined
      : Math.min(FIRST_RESTART_SECONDS * 2 ** (count - 1), LONGEST_RESTART_SECONDS) * 1_000;
  }

  /** The user wants it started: what was before is forgotten. */
  reset(): void {
    this.#crashes = [];
  }
}
