// Finds the news in the lists of shared documents that the bridge sends. Pure.

import type { EditorDocument } from "@peerline/ui/generated/protocol";
import { isSynced } from "./documentTexts";

/** The changes since the list before that are worth a notice. */
export interface DocumentNews {
  /** Documents that others have shared and that are not open here. */
  readonly shared: readonly EditorDocument[];
  /** Documents that others have shared and that are open here, with the same text. */
  readonly joined: readonly EditorDocument[];
  /** Documents that were there when the session was joined. */
  readonly found: readonly EditorDocument[];
  /** Documents that were open here and are no longer shared. */
  readonly unshared: readonly EditorDocument[];
}

/** Compares each list with the one before. */
export class DocumentLists {
  #known: ReadonlyMap<string, EditorDocument> | undefined;
  /** New documents that are being opened, whose text may turn out to be another one. */
  #opening: ReadonlySet<string> = new Set();

  /** The news of a list; `me` is the own user id. */
  take(documents: readonly EditorDocument[], me: string | undefined): DocumentNews {
    const known = this.#known;
    const now = new Map(documents.map((document) => [document.document_id, document]));
    this.#known = now;
    const others = documents.filter(
      ({ document_id, shared_by }) => shared_by !== me && !known?.has(document_id),
    );
    const fresh = documents.filter(
      (document) =>
        this.#opening.has(document.document_id) ||
        (known !== undefined && others.includes(document)),
    );
    const opening = fresh.filter(({ is_open, state }) => is_open && state === "opening");
    this.#opening = new Set(opening.map(({ document_id }) => document_id));
    return {
      shared: fresh.filter(({ is_open }) => !is_open),
      // About a text that differs there is a question.
      joined: fresh.filter((document) => document.is_open && isSynced(document)),
      found: known === undefined ? others : [],
      unshared: [...(known?.values() ?? [])].filter(
        ({ document_id, is_open }) => is_open && !now.has(document_id),
      ),
    };
  }

  /** The session has ended: nothing is shared any longer, which is no news. */
  reset(): void {
    this.#known = undefined;
    this.#opening = new Set();
  }
}

/** A save is news if there was none for this long: some editors save at each pause. */
export const SAVED_INTERVAL_MS = 10_000;

/** Tells which of the saves that others make are news. */
export class SavedNews {
  readonly #savedAt = new Map<string, number>();

  isNews(userId: string, documentId: string, now: number): boolean {
    const key = `${userId} ${documentId}`;
    const last = this.#savedAt.get(key) ?? Number.NEGATIVE_INFINITY;
    this.#savedAt.set(key, now);
    return now - last >= SAVED_INTERVAL_MS;
  }
}
