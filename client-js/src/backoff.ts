// The wait before the next try to connect. Pure: the random source is injected.

/**
 * Exponential back-off with full jitter; it starts over only after a successful join.
 *
 * A server that accepts connections and then refuses or drops them is not hammered: the handshake
 * alone resets nothing.
 */
export class Backoff {
  readonly #random: () => number;
  readonly #base: number;
  readonly #cap: number;
  #failures = 0;

  /** `random` gives a number in [0, 1); `base` and `cap` are seconds. */
  constructor(random: () => number, base: number, cap: number) {
    this.#random = random;
    this.#base = base;
    this.#cap = cap;
  }

  /** Seconds to wait after one more failure; never less than the server advised. */
  nextDelay(advised = 0): number {
    const limit = Math.min(this.#cap, this.#base * 2 ** Math.min(this.#failures, 32));
    this.#failures += 1;
    return Math.max(this.#random() * limit, advised);
  }

  /** The client joined. */
  succeeded(): void {
    this.#failures = 0;
  }
}
