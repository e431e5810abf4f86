// Does one thing at a time for each key: a second press while the first is carried out is dropped.
import { guard } from "@peerline/ui/supervise";

/** Remembers for which keys something is being done. */
export class Once<Key> {
  readonly #busy = new Set<Key>();
  readonly #arrived: () => Promise<unknown>;

  /** `arrived` ends when all presses have come that were made before it was called. */
  constructor(arrived: () => Promise<unknown>) {
    this.#arrived = arrived;
  }

  /** Do something unless it is being done for this key; whether it was done. */
  async do(key: Key, act: () => Promise<void>): Promise<boolean> {
    if (this.#busy.has(key)) {
      return false;
    }
    this.#busy.add(key);
    try {
      await act();
      return true;
    } finally {
      // In a turn of its own: the window hears first that it is done, and then that it is asked.
      setTimeout(guard("releasing a form", () => this.#release(key)));
    }
  }

  /** A press on what the window had not yet heard to be done may be on its way. */
  #release(key: Key): void {
    const release = () => this.#busy.delete(key);
    this.#arrived().then(release, release);
  }
}
