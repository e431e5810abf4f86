// The opened documents of a client: channels, requests, and what goes over its socket.
import type { DocumentEvent } from "../changes.ts";
import type { Environment, Frame } from "../environment.ts";
import { MAX_STATE_VECTOR_CHARS } from "../generated/codes.ts";
import type {
  ClientMessage,
  ServerMessage,
  SharedDocument,
  SharedDraft,
} from "../generated/protocol.ts";
import type { Replica } from "../replica.ts";
import { toBase64 } from "./bytes.ts";
import { type DocumentMessage, decodeFrame, encodeFrame } from "./frames.ts";
import type { KeptDocument } from "./kept.ts";
import type { DocumentCallbacks, Link } from "./ports.ts";
import { DocumentReplica } from "./replica.ts";

/** A text that a client can open: a shared document, or a draft that is written together. */
type Openable = SharedDocument | SharedDraft;

/** The texts that a client of this replica can open, by their ids. */
export function textsOf({ documents, drafts }: Replica): ReadonlyMap<string, Openable> {
  const texts = new Map<string, Openable>(documents);
  for (const draft of drafts) {
    texts.set(draft.id, draft);
  }
  return texts;
}

/** The documents that a client has open, by their ids. */
export class OpenedDocuments implements Link {
  readonly #sessionId: string;
  readonly #environment: Environment;
  readonly #write: (frame: Frame) => void;
  readonly #documents = new Map<string, DocumentReplica>();
  readonly #asked = new Map<string, DocumentReplica>();
  /** The documents of the session; undefined without a connection. */
  #shared: ReadonlyMap<string, Openable> | undefined;
  #cancel: () => void = () => {};

  /** `write` sends a frame on the socket that there is. */
  constructor(sessionId: string, environment: Environment, write: (frame: Frame) => void) {
    this.#sessionId = sessionId;
    this.#environment = environment;
    this.#write = write;
  }

  /**
   * Open a document; `start` asks for it.
   *
   * @throws TypeError if it is open, or what was kept is of another document.
   * @throws UpdateError if what was kept is not sound.
   */
  open(documentId: string, callbacks: DocumentCallbacks, kept?: KeptDocument): DocumentReplica {
    if (this.#documents.has(documentId)) {
      throw new TypeError("the document is open already");
    }
    if (kept !== undefined && kept.documentId !== documentId) {
      throw new TypeError("the bytes that were kept are of another document");
    }
    const document = new DocumentReplica(documentId, this, callbacks, kept);
    this.#documents.set(documentId, document);
    return document;
  }

  /** Ask for an opened document if there is a connection. */
  start(document: DocumentReplica): void {
    if (this.#shared !== undefined) {
      document.joined(this.#generation(document.documentId));
    }
  }

  /** Close a document. */
  forget(document: DocumentReplica): void {
    document.close();
    if (this.#documents.get(document.documentId) === document) {
      this.#documents.delete(document.documentId);
    }
  }

  /** There is a connection to the session, which has these documents. */
  joined(shared: ReadonlyMap<string, Openable>): void {
    this.#asked.clear();
    this.#shared = shared;
    for (const document of this.#all()) {
      document.joined(this.#generation(document.documentId));
    }
  }

  /** The connection is gone. */
  lost(): void {
    this.#shared = undefined;
    this.#asked.clear();
    for (const document of this.#all()) {
      document.lost();
    }
  }

  /** Take over an event of the session, which has these documents now. */
  changed(event: DocumentEvent, shared: ReadonlyMap<string, Openable>): void {
    if (this.#shared === undefined) {
      return;
    }
    this.#shared = shared;
    if (event.type === "document_unshared") {
      this.#documents.get(event.document_id)?.unshared();
    } else if (event.type === "document_renewed") {
      this.#documents.get(event.document_id)?.renewed(event.generation);
    }
  }

  /** Drafts are written together from now on, or no longer; these texts can be opened. */
  draftsChanged(shared: ReadonlyMap<string, Openable>): void {
    if (this.#shared !== undefined) {
      this.#shared = shared;
      for (const document of this.#all()) {
        if (!shared.has(document.documentId)) {
          document.unshared();
        }
      }
    }
  }

  /** Take a message of the server; whether it was for an opened document. */
  receive(message: ServerMessage): boolean {
    switch (message.type) {
      case "document_opened": {
        const document = this.#take(message.request_id);
        document?.opened(message);
        return document !== undefined;
      }
      case "document_closed":
        this.#documents.get(message.document_id)?.closed(message);
        return true;
      case "error": {
        const asked = this.#take(message.request_id);
        const isOpen = message.request_id === undefined;
        const about = isOpen ? this.#documents.get(message.document_id ?? "") : undefined;
        const document = asked ?? about;
        document?.refused(message);
        return document !== undefined;
      }
      default:
        return false;
    }
  }

  /**
   * Take a binary frame; one of a channel that is no longer open is left out.
   *
   * @throws UpdateError if it is no frame.
   */
  receiveFrame(frame: Uint8Array): void {
    const [channel, message] = decodeFrame(frame);
    this.#all()
      .find((document) => document.channel === channel)
      ?.receive(message);
  }

  // The connection of each document

  ask(documentId: string, generation?: string, state?: Uint8Array): string {
    const request_id = this.#environment.newId();
    const encoded = state === undefined ? undefined : toBase64(state);
    // Without a state vector the whole text comes, which does no harm.
    const fits = encoded !== undefined && encoded.length <= MAX_STATE_VECTOR_CHARS;
    const document = this.#documents.get(documentId);
    if (document !== undefined) {
      this.#asked.set(request_id, document);
    }
    this.#put({
      type: "open_document",
      session_id: this.#sessionId,
      request_id,
      document_id: documentId,
      ...(generation === undefined ? {} : { generation }),
      ...(fits ? { state: encoded } : {}),
    });
    return request_id;
  }

  close(documentId: string): void {
    const session_id = this.#sessionId;
    this.#put({ type: "close_document", session_id, document_id: documentId });
  }

  send(channel: number, message: DocumentMessage): void {
    this.#write(encodeFrame(channel, message));
  }

  now(): number {
    return this.#environment.now() / 1000;
  }

  wake(): void {
    this.#cancel();
    const due = this.#all().flatMap((document) => document.due ?? []);
    if (due.length > 0) {
      const seconds = Math.max(0, Math.min(...due) - this.now());
      this.#cancel = this.#environment.later(seconds, () => this.#flush());
    }
  }

  newClientId(): number {
    return 1 + Math.floor(this.#environment.random() * 0xffff_fffe);
  }

  #flush(): void {
    for (const document of this.#all()) {
      document.flush();
    }
    this.wake();
  }

  #put(message: ClientMessage): void {
    this.#write(JSON.stringify(message));
  }

  #take(requestId: string | undefined): DocumentReplica | undefined {
    const document = this.#asked.get(requestId ?? "");
    this.#asked.delete(requestId ?? "");
    return document;
  }

  #generation(documentId: string): string | undefined {
    return this.#shared?.get(documentId)?.generation;
  }

  #all(): DocumentReplica[] {
    return [...this.#documents.values()];
  }
}
