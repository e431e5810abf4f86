// Makes the bridge's edits: each for exactly one version of a document, or not at all. Pure.
//
// VS Code applies edits asynchronously. When it says that it has, the text changed once, from the
// version that was asked for to the next one, and the event of that came before; when it says that
// it has not, nothing was changed. So nothing is queued, transformed or ignored here: whatever the
// user typed meanwhile has a later version, and the edit is refused.

import type { EditAnswer, EditorEdit, TextEdit } from "@peerline/ui/generated/protocol";

/** A text document of the editor. */
export interface OpenText {
  /** Its version now. */
  readonly version: number;
  /** Whether a tab shows it: VS Code would open one for an edit of a document without. */
  readonly isShown: boolean;
  /** Whether an edit would leave the text as it is. */
  has(edit: TextEdit): boolean;
  /** Make all edits in one go; whether they were made. */
  apply(edits: readonly TextEdit[]): Promise<boolean>;
}

/** The access to the editor's documents, and to what the bridge has been told of them. */
export interface Editor {
  find(uri: string): OpenText | undefined;
  /** Wait until the bridge was sent all changes of a document so far. */
  flushed(uri: string): Promise<void>;
}

/** The handler of `peerline/edit`. */
export class Edits {
  readonly #editor: Editor;
  /** The versions for which an edit is being made, by document. */
  readonly #making = new Map<string, number>();

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  async make({ uri, version, edits }: EditorEdit): Promise<EditAnswer> {
    const text = this.#editor.find(uri);
    if (!text?.isShown || text.version !== version || this.#making.has(uri)) {
      return refused(text);
    }
    const changing = edits.filter((edit) => !text.has(edit));
    if (changing.length === 0) {
      return { applied: true, version };
    }
    this.#making.set(uri, version);
    try {
      if (!(await text.apply(changing)) || text.version === version) {
        return refused(text);
      }
    } catch {
      return refused(text); // the document was closed meanwhile
    } finally {
      this.#making.delete(uri);
    }
    // The bridge takes what it has been told up to the answer for the edit's own effect.
    await this.#editor.flushed(uri);
    return { applied: true, version: version + 1 };
  }

  /** Whether a change that led to a version is one that was made here. */
  isOwn(uri: string, version: number): boolean {
    return this.#making.get(uri) === version - 1;
  }
}

function refused(text: OpenText | undefined): EditAnswer {
  return { applied: false, version: text?.version ?? 0 };
}
