// When the name flags of cursors are shown: a while after each move. Pure; time is given.

/** The visible part of a flag. */
export type FlagState = "shown" | "fading" | "hidden";

const FADE_MS = 1000;

/** The flags of everybody. */
export class Flags {
  readonly #movedAt = new Map<string, number>();
  /** For how long a flag is shown; 0 for never, Infinity for always. */
  milliseconds: number;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }

  moved(userId: string, now: number): void {
    this.#movedAt.set(userId, now);
  }

  forget(userId: string): void {
    this.#movedAt.delete(userId);
  }

  state(userId: string, now: number): FlagState {
    const age = now - (this.#movedAt.get(userId) ?? Number.NEGATIVE_INFINITY);
    if (this.milliseconds === 0 || age >= this.milliseconds) {
      return this.milliseconds === Number.POSITIVE_INFINITY ? "shown" : "hidden";
    }
    return age >= this.milliseconds - FADE_MS ? "fading" : "shown";
  }

  /** When the next flag changes its state, in milliseconds from now; undefined if none does. */
  nextChange(now: number): number | undefined {
    let next: number | undefined;
    for (const movedAt of this.#movedAt.values()) {
      for (const at of [movedAt + this.milliseconds - FADE_MS, movedAt + this.milliseconds]) {
        if (at > now && Number.isFinite(at)) {
          next = Math.min(next ?? Number.POSITIVE_INFINITY, at - now);
        }
      }
    }
    return next;
  }
}
