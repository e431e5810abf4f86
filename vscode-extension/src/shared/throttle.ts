// Calls at once, then at most once per interval, and always for the latest. Pure but for the timer.

import { guard } from "@peerline/ui/supervise";

/** A throttled call with a trailing edge. */
export class Throttle {
  readonly #call: () => void;
  readonly #milliseconds: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWaiting = false;

  constructor(call: () => void, milliseconds: number) {
    this.#call = call;
    this.#milliseconds = milliseconds;
  }

  request(): void {
    if (this.#timer !== undefined) {
      this.#isWaiting = true;
      return;
    }
    this.#call();
    this.#timer = setTimeout(
      guard("calling at most so often", () => {
        this.#timer = undefined;
        if (this.#isWaiting) {
          this.#isWaiting = false;
          this.request();
        }
      }),
      this.#milliseconds,
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isWaiting = false;
  }
}
