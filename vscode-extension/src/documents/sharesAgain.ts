// Whether the folder is to be shared again, after a bridge that shared it had crashed. Pure.

/** Remembers what the last bridge shared until the next one has joined. */
export class SharesAgain {
  #isSharing = false;
  #isWanted = false;

  /** A bridge has told whether it shares the folder; `isSuspended`: it has not joined yet. */
  told(isSharing: boolean, isSuspended: boolean): void {
    this.#isWanted = isSuspended && (this.#isWanted || this.#isSharing);
    this.#isSharing = isSharing;
  }

  /** The next bridge has joined: whether it has to share the folder. */
  restored(): boolean {
    const isWanted = this.#isWanted || this.#isSharing;
    this.#isWanted = false;
    return isWanted;
  }
}
