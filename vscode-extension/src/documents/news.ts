// Finds the news in the lists of shared documents that the bridge sends. Pure.

import type { EditorDocument } from "@peerline/ui/generated/protocol";

/** The changes since the list before that are worth a notice. */
export interface DocumentNews {
  /** Documents that others have shared. */
  readonly shared: readonly EditorDocument[];
  /** Documents that were there when the session was joined. */
  readonly found: readonly EditorDocument[];
  /** Documents that were open here and are no longer shared. */
  readonly unshared: readonly EditorDocument[];
}

/** Compares each list with the one before. */
export class DocumentLists {
  #known: ReadonlyMap<string, EditorDocument> | undefined;

  /** The news of a list; `me` is the own user id. */
  take(documents: readonly EditorDocument[], me: string | undefined): DocumentNews {
    const known = this.#known;
    const now = new Map(documents.map((document) => [document.document_id, document]));
    this.#known = now;
    const others = documents.filter(
      ({ document_id, shared_by }) => shared_by !== me && !known?.has(document_id),
    );
    return {
      shared: known === undefined ? [] : others,
      found: known === undefined ? others : [],
      unshared: [...(known?.values() ?? [])].filter(
        ({ document_id, is_open }) => is_open && !now.has(document_id),
      ),
    };
  }

  /** The session has ended: nothing is shared any longer, which is no news. */
  reset(): void {
    this.#known = undefined;
  }
}

/** The least interval between notices that somebody saved a file: some editors save at each pause. */
export const SAVED_INTERVAL_MS = 10_000;

/** Tells which of the saves that others make are news. */
export class SavedNews {
  readonly #told = new Map<string, number>();

  isNews(userId: string, documentId: string, now: number): boolean {
    const key = `${userId} ${documentId}`;
    const isNews = now - (this.#told.get(key) ?? Number.NEGATIVE_INFINITY) >= SAVED_INTERVAL_MS;
    if (isNews) {
      this.#told.set(key, now);
    }
    return isNews;
  }
}
