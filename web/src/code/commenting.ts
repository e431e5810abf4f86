// The comments that are being written: begun on lines, moved with them, sent.
import type { AnchorData, SessionClient } from "@peerline/client/session";
import { reasonOf } from "../shared/drafts.ts";
import { type Drafts, NEW } from "./drafts.ts";
import type { CodeView } from "./ports.ts";

/** The code around the comments. */
interface Around {
  /** The editor that is shown. */
  editor(): CodeView | undefined;
  /** Something has changed. */
  tell(): void;
}

/** The drafts of new comments, as the user works with them. */
export class Commenting {
  readonly #client: SessionClient;
  readonly #drafts: Drafts;
  readonly #around: Around;
  /** The draft whose field is to have the focus. */
  #focused: string | undefined;

  constructor(client: SessionClient, drafts: Drafts, around: Around) {
    this.#client = client;
    this.#drafts = drafts;
    this.#around = around;
  }

  /** Write a comment here, or go on with the one of this id; its id. */
  begin(anchor: AnchorData, id?: string): string {
    const known = this.#drafts.comment(id ?? "");
    const begun = known ?? { id: newId(), anchor, text: "" };
    for (const other of this.#drafts.comments) {
      if (other.text.trim() === "" && other.id !== begun.id) {
        this.#drafts.dropComment(other.id);
      }
    }
    this.#drafts.keepComment(begun);
    this.#focused = begun.id;
    this.#around.tell();
    return begun.id;
  }

  /** Have a draft be about the lines that are selected. */
  place(id: string): void {
    this.#focused = id;
    this.#around.editor()?.placeDraft(id);
  }

  write(id: string, text: string): void {
    const draft = this.#drafts.comment(id);
    if (draft !== undefined) {
      // Its lines are those of now, not of when its field was drawn.
      this.#drafts.keepComment({ ...draft, text });
      this.#around.tell();
    }
  }

  drop(id: string): void {
    this.#drafts.dropComment(id);
    this.#around.editor()?.showThreads();
    this.#around.tell();
  }

  /** Send a draft where it is now; one that is refused is among those that were not sent. */
  async send(id: string): Promise<void> {
    const draft = this.#drafts.comment(id);
    if (draft === undefined) {
      return;
    }
    const anchor = this.#around.editor()?.anchorOf(id) ?? draft.anchor;
    this.drop(id);
    try {
      await this.#client.comments.add({ ...anchor, content: draft.text }, { keepsRefused: true });
    } catch (error) {
      // There was no room for it to wait.
      this.#drafts.keepComment({ ...draft, anchor, refusal: reasonOf(error) });
    }
    this.#around.editor()?.showThreads();
    this.#around.tell();
  }

  /** Whether the field of a draft is to have the focus; only once, when it is begun. */
  takeFocus(id: string): boolean {
    const takesFocus = this.#focused === id;
    this.#focused = takesFocus ? undefined : this.#focused;
    return takesFocus;
  }
}

/** An id that no draft had: `crypto.randomUUID` is only there with https. */
function newId(): string {
  return NEW + Math.random().toString(36).slice(2);
}
