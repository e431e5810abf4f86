// Knows which edit of the bridge is probably the effect of an undo, to bring it into view. Pure.

/** An edit that comes later than this after an undo is somebody else's. */
export const STEP_MS = 500;

/** The steps that were asked for and have not been seen yet. */
export class OwnSteps {
  readonly #askedAt = new Map<string, number>();

  /** The user undoes or redoes a step in a document. */
  ask(uri: string, now: number): void {
    this.#askedAt.set(uri, now);
  }

  /** Whether an edit that was made now is the effect; each step has one. */
  take(uri: string, now: number): boolean {
    const askedAt = this.#askedAt.get(uri);
    this.#askedAt.delete(uri);
    return askedAt !== undefined && now - askedAt <= STEP_MS;
  }
}
