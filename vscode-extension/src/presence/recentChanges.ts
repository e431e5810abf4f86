// Remembers the last changes of documents, for places that were sent before them. Pure.

import type { Change } from "./shiftPlaces";

/** Places are on their way for less time than this. */
export const KEEP_MS = 5000;
/** Changes of a document that are remembered at most. */
export const MAX_CHANGES = 200;

interface Step {
  readonly version: number;
  readonly changes: readonly Change[];
  readonly at: number;
}

/** The last changes, by URI. */
export class RecentChanges {
  readonly #steps = new Map<string, Step[]>();

  /** A document has this version now, by these changes. */
  changed(uri: string, version: number, changes: readonly Change[], now: number): void {
    const recent = (this.#steps.get(uri) ?? []).filter(({ at }) => now - at < KEEP_MS);
    this.#steps.set(uri, [...recent, { version, changes, at: now }].slice(-MAX_CHANGES));
  }

  /** The changes since a version, each with those that were made at once. */
  since(uri: string, version: number): readonly (readonly Change[])[] {
    const steps = this.#steps.get(uri) ?? [];
    return steps.filter((step) => step.version > version).map(({ changes }) => changes);
  }

  /** A document was closed. */
  forget(uri: string): void {
    this.#steps.delete(uri);
  }
}
