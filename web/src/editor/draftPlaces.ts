// The lines of the comments that are being written: they move with the text. Pure.
import type { ChangeDesc, Text } from "@codemirror/state";
import type { AnchorData } from "@peerline/client";
import type { Anchored, Rows } from "../code/anchors.ts";
import type { NewComment } from "../code/drafts.ts";

/** Finds an anchor in the text; undefined where it is not certain. */
type Look = (anchor: Anchored) => Rows | undefined;

/** A change of the text, as CodeMirror has it. */
export interface Moved {
  readonly startState: { readonly doc: Text };
  readonly state: { readonly doc: Text };
  readonly changes: ChangeDesc;
}

/** The rows of the drafts in one text. */
export class DraftPlaces {
  readonly #drafts: { keepComment(comment: NewComment): void };
  readonly #document: { readonly generation: string };
  #rows = new Map<string, Rows>();

  constructor(
    drafts: { keepComment(comment: NewComment): void },
    document: { readonly generation: string },
  ) {
    this.#drafts = drafts;
    this.#document = document;
  }

  get all(): ReadonlyMap<string, Rows> {
    return this.#rows;
  }

  put(id: string, rows: Rows): void {
    this.#rows.set(id, rows);
  }

  /** The text has changed: each stays with its lines. */
  move({ startState: { doc: before }, state: { doc: after }, changes }: Moved): void {
    for (const [id, { first, last }] of this.#rows) {
      const line = (row: number) => before.line(Math.min(row + 1, before.lines));
      const row = (at: number) => after.lineAt(at).number - 1;
      const end = row(changes.mapPos(line(last).to, -1));
      const start = row(changes.mapPos(line(first).from, 1));
      this.#rows.set(id, { first: Math.min(start, end), last: end });
    }
  }

  /** The rows of a draft in the text as it is now; undefined if they are gone. */
  rowsOf({ id, anchor }: NewComment, look: Look): Rows | undefined {
    const isOfCharacters =
      anchor.start !== undefined && anchor.generation === this.#document.generation;
    // Characters that are not found were deleted. Without them the text alone may not tell.
    return look(anchor) ?? (isOfCharacters ? undefined : this.#rows.get(id));
  }

  /** Look all of these up again, and keep where they are now. */
  look(
    drafts: readonly NewComment[],
    look: Look,
    anchorAt: (rows: Rows) => AnchorData,
  ): ReadonlyMap<string, Rows> {
    const rows = new Map<string, Rows>();
    for (const draft of drafts) {
      const place = this.rowsOf(draft, look);
      if (place !== undefined) {
        rows.set(draft.id, place);
        const anchor = anchorAt(place);
        if (JSON.stringify(anchor) !== JSON.stringify(draft.anchor)) {
          this.#drafts.keepComment({ ...draft, anchor });
        }
      }
    }
    this.#rows = rows;
    return rows;
  }
}
