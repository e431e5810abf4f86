// The text of an opened document and its edits, whether there is a connection or not.
import type * as Y from "yjs";
import { DocumentNotOpen, DocumentReadOnly } from "../errors.ts";
import type { ErrorCode } from "../generated/protocol.ts";
import type { Delta } from "./delta.ts";
import { encodeKept, type KeptDocument } from "./kept.ts";
import { LocalText } from "./localText.ts";
import type { DocumentCallbacks, DocumentStatus, Link } from "./ports.ts";

/** The part of an opened document that its user works with. */
export abstract class EditableDocument {
  readonly documentId: string;
  /** Whether the server takes edits of this user; true until it says otherwise. */
  canEdit = true;
  /** The reason why it is detached, for the user. */
  reason: string | undefined;
  /** The server's error code for that, if it has one. */
  code: ErrorCode | undefined;
  protected readonly link: Link;
  protected readonly callbacks: DocumentCallbacks;
  protected current: LocalText | undefined;
  protected status_: DocumentStatus;

  constructor(
    documentId: string,
    link: Link,
    callbacks: DocumentCallbacks,
    kept: KeptDocument | undefined,
  ) {
    this.documentId = documentId;
    this.link = link;
    this.callbacks = callbacks;
    this.status_ = kept === undefined ? "opening" : "offline";
    if (kept !== undefined) {
      this.follow(LocalText.restored(kept, link.newClientId(), () => link.now()));
    }
  }

  get status(): DocumentStatus {
    return this.status_;
  }

  /** The generation of the text; empty before there is one. */
  get generation(): string {
    return this.current?.generation ?? "";
  }

  /** The text, own edits included; empty before there is one. */
  get text(): string {
    return this.current?.text ?? "";
  }

  /** The own updates that the server has not confirmed. */
  get pending(): number {
    return this.current?.outbox.length ?? 0;
  }

  /** The Yjs document; undefined before there is a text. */
  get doc(): Y.Doc | undefined {
    return this.current?.doc;
  }

  /**
   * The text with its CRDT.
   *
   * @throws DocumentNotOpen if the document is closed or detached, or has no text yet.
   */
  get local(): LocalText {
    if (this.current === undefined || this.status_ === "opening" || this.status_ === "detached") {
      const reason = this.reason ?? "its text is not there yet";
      throw new DocumentNotOpen(`the document is not open: ${reason}`);
    }
    return this.current;
  }

  /**
   * Make an own change; `isOnce` as in `OpenedDocument.edit`.
   *
   * @throws DocumentError if the document is not open, not writable, or would be too large.
   * @throws RangeError if the change does not fit the text.
   */
  edit(delta: Delta, isOnce = false): void {
    this.#writable().edit(delta, isOnce);
  }

  /** Take back the last step of own edits; the change, undefined if there is none. */
  undo(): Delta | undefined {
    return this.#writable().step("undo");
  }

  /** Make the step again that was taken back last; the change, undefined if there is none. */
  redo(): Delta | undefined {
    return this.#writable().step("redo");
  }

  /** The state to keep; undefined if the server has everything. */
  kept(): Uint8Array | undefined {
    const local = this.current;
    return local === undefined || this.status_ === "detached" || local.outbox.length === 0
      ? undefined
      : encodeKept(local.kept(this.documentId));
  }

  /** Called after each own change. */
  protected abstract edited(): void;

  /** The text is this one from now on; its own changes are sent. */
  protected follow(local: LocalText): void {
    this.current = local;
    local.onOwn = () => {
      this.edited();
      this.callbacks.onKeep?.();
    };
  }

  protected detach(reason: string, code?: ErrorCode): void {
    if (this.status_ === "detached") {
      return;
    }
    this.reason = reason;
    this.code = code;
    this.status_ = "detached";
    this.current?.close();
    this.callbacks.onState?.();
  }

  protected set(status: DocumentStatus): void {
    if (this.status_ !== status) {
      this.status_ = status;
      this.callbacks.onState?.();
    }
  }

  protected tellChange(delta: Delta): void {
    if (delta.length > 0) {
      this.callbacks.onChange?.(delta);
    }
  }

  #writable(): LocalText {
    const local = this.local;
    if (!this.canEdit) {
      throw new DocumentReadOnly("this document is read-only for you; ask a host for another role");
    }
    return local;
  }
}
