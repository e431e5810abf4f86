// Does one thing at a time for each key: a second press while the first is carried out is dropped.

/** Remembers for which keys something is being done. */
export class Once<Key> {
  readonly #busy = new Set<Key>();

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
      this.#busy.delete(key);
    }
  }
}
