// An opened document for programs: its text, edits, places, and what can be waited for.
import { digest } from "lib0/hash/sha256";
import type * as Y from "yjs";
import { ClientError, DocumentNotOpen } from "../errors.ts";
import type { ErrorCode } from "../generated/protocol.ts";
import { utf8 } from "./bytes.ts";
import type { Delta } from "./delta.ts";
import { difference } from "./difference.ts";
import type { RelativePosition } from "./localText.ts";
import type { DocumentStatus } from "./ports.ts";
import type { DocumentReplica } from "./replica.ts";

/** Whether the server has this text at this state vector; undefined if it has another state. */
export type Checker = (state: Uint8Array, hash: string) => Promise<boolean | undefined>;

/** The hash of a text, as it is on the wire. */
export function textHash(text: string): string {
  const bytes = Array.from(digest(utf8(text)), (byte) => byte.toString(16).padStart(2, "0"));
  return `sha256:${bytes.join("")}`;
}

/**
 * A shared document that this client has open. `Documents.open` makes it.
 *
 * Deltas and places count UTF-16 code units, as strings do.
 */
export class OpenedDocument {
  readonly #replica: DocumentReplica;
  readonly #check: Checker;
  readonly #forget: () => void;
  #ended: string | undefined;
  #waiting: (() => void)[] = [];

  constructor(replica: DocumentReplica, check: Checker, forget: () => void) {
    this.#replica = replica;
    this.#check = check;
    this.#forget = forget;
  }

  get id(): string {
    return this.#replica.documentId;
  }

  /** The shared text, own edits included. */
  get text(): string {
    return this.#replica.text;
  }

  get state(): DocumentStatus {
    return this.#replica.status;
  }

  /** The reason why the document is detached, for the user. */
  get reason(): string | undefined {
    return this.#replica.reason;
  }

  get code(): ErrorCode | undefined {
    return this.#replica.code;
  }

  /** Whether the server takes edits of this user. */
  get canEdit(): boolean {
    return this.#replica.canEdit;
  }

  /** The unbroken history that the text belongs to; empty before the text is there. */
  get generation(): string {
    return this.#replica.generation;
  }

  /** The own updates that the server has not confirmed; 0 once all are on its disk. */
  get pending(): number {
    return this.#replica.pending;
  }

  /** The Yjs text, for an editor's binding; another one after `onDoc`. */
  get yText(): Y.Text {
    return this.#replica.local.shared;
  }

  /** Undoes own edits; an editor's binding adds its origin to `trackedOrigins`. */
  get undoManager(): Y.UndoManager {
    return this.#replica.local.undoManager;
  }

  /**
   * Change the text; the change goes out within 15 ms, or once there is a connection.
   *
   * A delta has operations from the start on: a positive number keeps code units, a negative one
   * deletes them, a string is inserted.
   *
   * @param isOnce Whether what is inserted is taken back where somebody else inserted the same at the
   *     same place at once, as two editors do that format the text.
   * @throws DocumentError if the document is not open or read-only, or would be too large.
   * @throws RangeError if the change reaches beyond the text. Nothing was changed.
   */
  edit(delta: Delta, isOnce = false): void {
    this.#replica.edit(delta, isOnce);
  }

  /**
   * Replace a piece of text that is there exactly once, as agents edit.
   *
   * @throws RangeError if it is there more than once, or not at all. Nothing was changed.
   */
  replace(old: string, fresh: string): void {
    const at = this.text.indexOf(old);
    if (old === "" || at < 0) {
      throw new RangeError("the text to replace is not in the document");
    }
    if (this.text.indexOf(old, at + 1) >= 0) {
      throw new RangeError("the text to replace is there more than once: take more context");
    }
    // Only what differs is an edit: comments and cursors in what stays are where they were.
    this.edit(difference(old, fresh, at));
  }

  /** Take back the last step of own edits; the change, undefined if there is nothing to undo. */
  undo(): Delta | undefined {
    return this.#replica.undo();
  }

  /** Make the step again that was taken back last; the change, undefined if there is none. */
  redo(): Delta | undefined {
    return this.#replica.redo();
  }

  /** Begin a new step of undo with the next edit; so does half a second without edits. */
  endUndoStep(): void {
    this.#replica.local.undoManager.stopCapturing();
  }

  /** A place that moves with its text: before the character there (`assoc` 0), or behind (-1). */
  relative(index: number, assoc: 0 | -1): RelativePosition {
    return this.#replica.local.relative(index, assoc);
  }

  /** The index of such a place now; undefined if its character is not known here. */
  indexOf(position: RelativePosition): number | undefined {
    return this.#replica.local.indexOf(position);
  }

  /** The text and the edits that wait, to survive the end of the page; undefined without any. */
  kept(): Uint8Array | undefined {
    return this.#replica.kept();
  }

  /**
   * Wait until the text is there.
   *
   * @throws DocumentNotOpen if the document cannot be opened.
   */
  ready(): Promise<void> {
    return this.#until(() => this.state !== "opening");
  }

  /**
   * Wait until the server has all own edits on its disk.
   *
   * @throws DocumentNotOpen if it will not take them.
   */
  confirmed(): Promise<void> {
    return this.#until(() => this.pending === 0);
  }

  /**
   * Compare the text with the server's; undefined if edits are on their way.
   *
   * After two differences in a row the server's text takes the place of this one.
   */
  async check(): Promise<boolean | undefined> {
    const replica = this.#replica;
    if (replica.status !== "equal" || replica.pending > 0) {
      return undefined;
    }
    const { generation, text } = replica;
    let isEqual: boolean | undefined;
    try {
      isEqual = await this.#check(replica.local.state, textHash(text));
    } catch (error) {
      if (!(error instanceof ClientError)) {
        throw error;
      }
    }
    // A state vector has no deletions: one may have been on its way here.
    if (isEqual === undefined || replica.generation !== generation || replica.text !== text) {
      return undefined;
    }
    replica.checked(isEqual);
    return isEqual;
  }

  /** Send what waits and follow the document no longer; the text stays. */
  close(): void {
    this.#forget();
  }

  // For `Documents`

  /** Something that is waited for may have come. */
  moved(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }

  /** No connection will come any more. */
  end(reason: string): void {
    this.#ended = reason;
    this.moved();
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (this.state === "detached" || !isSo()) {
      if (this.state === "detached") {
        throw new DocumentNotOpen(`the document is not open: ${this.reason}`);
      }
      if (this.#ended !== undefined) {
        throw new DocumentNotOpen(`there is no connection: ${this.#ended}`);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
