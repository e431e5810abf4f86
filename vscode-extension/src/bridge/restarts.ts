// When a bridge that has crashed is started again. Pure; time is given.

/** The crash within the window after which it is not started again. */
export const MAX_CRASHES = 5;
/** Crashes longer ago than this do not count. */
export const CRASH_WINDOW_MS = 180_000;
/** The wait before the first restart; each further one in the window doubles it. */
export const FIRST_DELAY_MS = 500;
/** The longest wait. */
export const MAX_DELAY_MS = 10_000;

/** Counts crashes. */
export class Restarts {
  #crashes: number[] = [];

  /** The bridge has crashed: how long to wait before its restart; undefined to give up. */
  crashed(now: number): number | undefined {
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    const count = this.#crashes.length;
    return count >= MAX_CRASHES
      ? undefined
      : Math.min(FIRST_DELAY_MS * 2 ** (count - 1), MAX_DELAY_MS);
  }

  /** The user wants it started: what was before is forgotten. */
  reset(): void {
    this.#crashes = [];
  }
}
