// Calls back for each document that has not changed for a while. Pure but for the timers.

import { guard } from "@peerline/ui/supervise";

/** Waits for quiet, for each document on its own. */
export class Quiet {
  readonly #milliseconds: number;
  readonly #call: (uri: string) => unknown;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(milliseconds: number, call: (uri: string) => unknown) {
    this.#milliseconds = milliseconds;
    this.#call = call;
  }

  /** A document was changed; the call comes after `milliseconds` of quiet, or after `wait`. */
  changed(uri: string, wait = this.#milliseconds): void {
    this.forget(uri);
    const timer = setTimeout(
      guard("waiting for quiet", () => {
        this.#timers.delete(uri);
        return this.#call(uri);
      }),
      wait,
    );
    this.#timers.set(uri, timer);
  }

  forget(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    this.#timers.clear();
  }
}
