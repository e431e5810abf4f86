// One opened document: what is asked of the server, and what its answers do.
//
//                   lost                       the first frame
//  OFFLINE ◀──────────────── any    OPENING ─────────────────▶ EQUAL
//     │ joined                  ▲      │ opened: own updates are sent again
//     └─────────────────────────┴──────┘
//
// A document is asked for in one of three ways. To resume, the server sends what is lacking and takes
// what was not confirmed. A fresh one takes the place of the text that was there, and what was left
// over in that is brought into it as an own edit. An old one reads a generation that was renewed
// meanwhile: its last text is what the left-over edits are measured by.
import { mayRetry } from "../codes.ts";
import { DOCUMENT_RETRY_SECONDS, MAX_REPAIRS, REPAIR_SECONDS } from "../generated/codes.ts";
import type {
  DocumentClosed,
  DocumentOpened,
  ErrorCode,
  Error as Refusal,
} from "../generated/protocol.ts";
import { UpdateError } from "./bytes.ts";
import { composed } from "./delta.ts";
import { EditableDocument } from "./editing.ts";
import type { DocumentMessage } from "./frames.ts";
import type { KeptDocument } from "./kept.ts";
import { LocalText } from "./localText.ts";
import { bringOver } from "./moving.ts";
import type { DocumentCallbacks, Link } from "./ports.ts";

type Plan = "resume" | "fresh" | "old";

/** An opened document. */
export class DocumentReplica extends EditableDocument {
  #plan: Plan = "fresh";
  #requestId: string | undefined;
  #opened: DocumentOpened | undefined;
  /** The server's text that own edits are measured by when a fresh one comes. */
  #base: string | undefined;
  /** Whether a fresh text takes the place of the own one, whatever is in that. */
  #discards = false;
  #differences = 0;
  #repairs: number[] = [];
  #retryAt: number | undefined;

  /**
   * Begin without a connection.
   *
   * @throws UpdateError if what was kept is not sound.
   */
  constructor(documentId: string, link: Link, callbacks: DocumentCallbacks, kept?: KeptDocument) {
    super(documentId, link, callbacks, kept);
  }

  /** The channel of its frames; undefined without one. */
  get channel(): number | undefined {
    return this.#opened?.channel;
  }

  /** When `flush` is to be called next, in seconds. */
  get due(): number | undefined {
    return this.status_ === "equal" ? this.current?.outbox.due : this.#retryAt;
  }

  /** The server has the same text, or not; after two differences its text is taken. */
  checked(isEqual: boolean): void {
    this.#differences = isEqual ? 0 : this.#differences + 1;
    if (this.#differences > 1 && this.status_ === "equal") {
      this.#differences = 0;
      this.#discards = true;
      this.#repair("INTERNAL_ERROR", "the texts differ again and again");
    }
  }

  /** Send what is due. */
  flush(): void {
    const now = this.link.now();
    if (this.status_ === "equal" && this.current !== undefined) {
      const { due } = this.current.outbox;
      if (due !== undefined && due <= now) {
        this.#send(this.current.outbox.flush(now));
      }
    } else if (this.#retryAt !== undefined && this.#retryAt <= now) {
      this.#retryAt = undefined;
      this.#ask(this.#plan);
    }
  }

  /** Send what waits, and let go of the document; the text stays. */
  close(): void {
    if (this.status_ === "equal" && this.current !== undefined) {
      this.#send(this.current.outbox.flush(this.link.now(), true));
    }
    this.detach("it was closed");
  }

  /** There is a connection; the session has the document in a generation, or not at all. */
  joined(generation: string | undefined): void {
    if (this.status_ === "detached") {
      return;
    }
    if (generation === undefined) {
      this.unshared();
      return;
    }
    this.#base = undefined;
    this.#discards = false;
    if (this.current === undefined) {
      this.#ask("fresh");
    } else if (this.current.generation === generation) {
      this.#ask("resume");
    } else {
      this.#goOver();
    }
  }

  /** The connection is gone. */
  lost(): void {
    this.#disconnect();
    if (this.current !== undefined && this.status_ !== "detached") {
      this.current.outbox.lose();
      this.set("offline");
    }
  }

  /** The session has the document in another generation now. */
  renewed(generation: string): void {
    if (this.status_ === "detached" || !this.#isConnected) {
      return;
    }
    if (this.current === undefined) {
      this.#ask("fresh");
    } else if (this.current.generation !== generation) {
      this.#goOver();
    }
  }

  /** The document is no longer shared. */
  unshared(): void {
    this.detach("it is no longer shared", "DOCUMENT_NOT_FOUND");
  }

  /** Take the answer to the last `open_document`. */
  opened(message: DocumentOpened): void {
    if (message.request_id !== this.#requestId) {
      return;
    }
    this.#requestId = undefined;
    this.#opened = message;
    const local = this.current;
    if (this.#plan !== "resume" || local === undefined) {
      return;
    }
    if (message.generation !== local.generation) {
      this.#goOver();
    } else if (!message.can_edit && local.outbox.length > 0) {
      this.#ask("fresh"); // what waits would be refused
    } else {
      for (const update of local.outbox.resend(this.link.now())) {
        this.link.send(message.channel, { kind: "update", update });
      }
      this.link.send(message.channel, { kind: "syncStep1", state: local.state });
    }
  }

  /** Take an error: of the last `open_document`, or of an update. */
  refused(error: Refusal): void {
    const code = error.error_code;
    const isAnswer = this.#requestId !== undefined && error.request_id === this.#requestId;
    if (!isAnswer && this.#opened === undefined) {
      return; // of something that is over
    }
    if (isAnswer && mayRetry(code)) {
      this.#requestId = undefined;
      this.#askLater(error.retry_after ?? DOCUMENT_RETRY_SECONDS);
    } else if (isAnswer && code === "GENERATION_MISMATCH" && this.pending === 0) {
      this.#base = this.text;
      this.#ask("fresh");
    } else if (code === "GENERATION_MISMATCH" && !isAnswer) {
      this.#goOver();
    } else if (isAnswer || code === "DOCUMENT_TOO_LARGE") {
      this.detach(error.message, code);
    } else if (code === "PERMISSION_DENIED") {
      this.#ask("resume");
    } else {
      this.#repair(code, error.message);
    }
  }

  /** The server has closed the channel. */
  closed(message: DocumentClosed): void {
    if (message.channel !== this.channel) {
      return;
    }
    const code = message.error_code;
    if (code === "UPDATE_REFUSED") {
      this.#repair(code, message.message);
      return;
    }
    this.#plan = this.current === undefined ? "fresh" : "resume";
    if (code !== undefined && mayRetry(code)) {
      this.lost();
      this.#askLater(DOCUMENT_RETRY_SECONDS);
    } else {
      this.#ask(this.#plan);
    }
  }

  /** Take a message of the channel. */
  receive(message: DocumentMessage): void {
    try {
      if (message.kind === "syncStep2" || message.kind === "update") {
        this.#take(message.update, message.kind === "update");
      } else if (message.kind === "persisted" && this.current?.outbox.acknowledge(message.count)) {
        this.edited(); // what waited for that goes out
        this.callbacks.onKeep?.();
      }
      // A server has nothing to ask, and cursors come as presence.
    } catch (error) {
      if (!(error instanceof UpdateError)) {
        throw error;
      }
      this.detach(`the server sent an update that is not sound: ${error.message}`);
    }
  }

  protected override edited(): void {
    this.flush();
    if (this.due !== undefined) {
      this.link.wake();
    }
  }

  protected override detach(reason: string, code?: ErrorCode): void {
    if (this.#opened !== undefined) {
      this.link.close(this.documentId);
    }
    this.#disconnect();
    super.detach(reason, code);
  }

  get #isConnected(): boolean {
    return [this.#requestId, this.#opened, this.#retryAt].some((one) => one !== undefined);
  }

  #disconnect(): void {
    this.#requestId = undefined;
    this.#opened = undefined;
    this.#retryAt = undefined;
  }

  #ask(plan: Plan): void {
    const local = this.current;
    this.#plan = plan;
    this.#opened = undefined;
    this.#retryAt = undefined;
    if (plan === "fresh" || local === undefined) {
      this.#requestId = this.link.ask(this.documentId);
    } else {
      local.outbox.lose();
      const state = plan === "resume" ? local.state : undefined;
      this.#requestId = this.link.ask(this.documentId, local.generation, state);
    }
    if (local !== undefined) {
      this.set("offline");
    }
  }

  #askLater(seconds: number): void {
    this.#retryAt = this.link.now() + seconds;
    this.link.wake();
  }

  /** Go over to the present generation. */
  #goOver(): void {
    if (this.pending > 0) {
      this.#ask("old");
    } else {
      this.#base = this.text;
      this.#ask("fresh");
    }
  }

  /** Take the server's text again; too often is a fault that does not go away. */
  #repair(code: ErrorCode, reason: string): void {
    const now = this.link.now();
    this.#repairs = this.#repairs.filter((at) => now - at < REPAIR_SECONDS);
    if (this.#repairs.length >= MAX_REPAIRS) {
      this.detach(reason, code);
      return;
    }
    this.#repairs.push(now);
    this.#base = undefined;
    this.#ask("fresh");
  }

  #take(update: Uint8Array, isUpdate: boolean): void {
    const opened = this.#opened;
    const local = this.current;
    if (opened === undefined) {
      return;
    }
    if (this.status_ === "equal" && local !== undefined) {
      this.#takeInto(local, update);
    } else if (isUpdate) {
      // It is in what comes first.
    } else if (this.#plan === "fresh" || local === undefined) {
      this.#begin(opened, update);
    } else if (this.#plan === "old") {
      this.#measure(local, update);
    } else {
      this.canEdit = opened.can_edit;
      this.#takeInto(local, update);
      this.#becomeOpen(opened);
    }
  }

  /** Take an update of others; what is there twice with it once more is taken back. */
  #takeInto(local: LocalText, update: Uint8Array): void {
    const change = local.take(update);
    this.tellChange(this.canEdit ? composed(change, local.takeBackTwins(update)) : change);
  }

  /** Find the last text of a renewed generation, without the own edits that it lacks. */
  #measure(local: LocalText, whole: Uint8Array): void {
    const old = new LocalText(local.generation, this.link.newClientId(), whole, () => 0);
    this.#base = old.text;
    old.close();
    this.tellChange(local.take(whole));
    this.#ask("fresh");
  }

  /** Take the server's text instead of the own one. */
  #begin(opened: DocumentOpened, whole: Uint8Array): void {
    const before = this.current;
    const isOther = before !== undefined && before.generation !== opened.generation;
    if (isOther && this.#base === undefined) {
      // Another generation has the same text under other ids: together they have it twice.
      if (before.outbox.length > 0) {
        this.#ask("old");
        return;
      }
      this.#base = before.text;
    }
    const now = () => this.link.now();
    const fresh = new LocalText(opened.generation, opened.client_id, whole, now);
    this.follow(fresh);
    if (before !== undefined) {
      this.#replace(before, fresh, opened.can_edit && !this.#discards);
    }
    this.#base = undefined;
    this.#discards = false;
    this.callbacks.onDoc?.();
    this.#becomeOpen(opened);
    this.callbacks.onKeep?.();
  }

  #replace(before: LocalText, fresh: LocalText, mayEdit: boolean): void {
    const shown = before.text;
    const { delta, isWhole } = bringOver(
      before,
      fresh,
      this.#discards ? fresh.text : this.#base,
      mayEdit,
    );
    before.close();
    if (!isWhole) {
      this.callbacks.onDiscarded?.(shown);
    }
    this.tellChange(delta);
  }

  #becomeOpen(opened: DocumentOpened): void {
    this.#differences = 0;
    this.canEdit = opened.can_edit;
    this.reason = undefined;
    this.code = undefined;
    this.status_ = "equal";
    this.flush();
    this.callbacks.onState?.();
  }

  #send(updates: readonly Uint8Array[]): void {
    const { channel } = this;
    if (channel === undefined) {
      return;
    }
    for (const update of updates) {
      this.link.send(channel, { kind: "update", update });
    }
  }
}
