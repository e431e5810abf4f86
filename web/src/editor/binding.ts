// Between CodeMirror and an opened document: own edits go into the document, others' come from it.
//
// A binding of its own, since the client has the checks of limits, the undo of own edits and documents
// that are replaced; y-codemirror.next works on one Yjs text for good.

import { Annotation, type ChangeSet, type ChangeSpec, type Transaction } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Delta, OpenedDocument } from "@peerline/client";
import { difference, isOnce } from "@peerline/client/documents";

/** A transaction that shows what the document has already. */
export const isShared = Annotation.define<boolean>();

/** The changes of a transaction as a delta. */
export function deltaOf(changes: ChangeSet): Delta {
  const delta: (number | string)[] = [];
  let at = 0;
  changes.iterChanges((from, to, _newFrom, _newTo, inserted) => {
    delta.push(from - at, inserted.sliceString(0, inserted.length, "\n"), from - to);
    at = to;
  });
  return delta.filter((operation) => operation !== 0 && operation !== "");
}

/** A delta as changes of a text. */
export function changesOf(delta: Delta): ChangeSpec[] {
  const changes: ChangeSpec[] = [];
  let at = 0;
  for (const operation of delta) {
    if (typeof operation === "string") {
      changes.push({ from: at, insert: operation });
    } else if (operation > 0) {
      at += operation;
    } else {
      changes.push({ from: at, to: at - operation });
      at -= operation;
    }
  }
  return changes;
}

/** Shows one document in one view. */
export class Binding {
  readonly document: OpenedDocument;
  readonly #refused: (reason: string) => void;

  /** `refused` hears why an edit was not taken. */
  constructor(document: OpenedDocument, refused: (reason: string) => void) {
    this.document = document;
    this.#refused = refused;
  }

  /** Take own transactions into the document; those that it takes. */
  take(transactions: readonly Transaction[]): readonly Transaction[] {
    const taken: Transaction[] = [];
    for (const transaction of transactions) {
      if (transaction.docChanged && transaction.annotation(isShared) !== true) {
        try {
          const delta = deltaOf(transaction.changes);
          this.document.edit(delta, isOnce(delta));
        } catch (error) {
          // Those after it begin with the text that it would have made.
          this.#refused(error instanceof Error ? error.message : String(error));
          return taken;
        }
      }
      taken.push(transaction);
    }
    return taken;
  }

  /** Show a change that the document has already. */
  show(view: EditorView, delta: Delta, isOwn = false): void {
    const changes = changesOf(delta);
    if (changes.length > 0) {
      view.dispatch({
        changes,
        annotations: isShared.of(true),
        ...(isOwn ? { scrollIntoView: true, userEvent: "undo" } : {}),
      });
    }
    this.align(view);
  }

  /** Bring the view to the document's text, whatever it shows. */
  align(view: EditorView): void {
    const shown = view.state.doc;
    if (this.document.state === "opening") {
      return;
    }
    const text = this.document.text;
    if (shown.length !== text.length || shown.toString() !== text) {
      const changes = changesOf(difference(shown.toString(), text));
      view.dispatch({ changes, annotations: isShared.of(true) });
    }
  }

  undo(view: EditorView, which: "undo" | "redo"): boolean {
    try {
      const delta = this.document[which]();
      if (delta !== undefined) {
        this.show(view, delta, true);
      }
    } catch (error) {
      this.#refused(error instanceof Error ? error.message : String(error));
    }
    return true;
  }
}
