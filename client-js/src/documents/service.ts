// The shared documents of a session, as a client lists, shares, opens and renames them.
import type { Change } from "../changes.ts";
import type { Environment, Frame } from "../environment.ts";
import { NotConnected } from "../errors.ts";
import type { ServerMessage, SharedDocument } from "../generated/protocol.ts";
import type { Asker } from "../options.ts";
import type { Part } from "../parts.ts";
import type { Replica } from "../replica.ts";
import { toBase64, UpdateError } from "./bytes.ts";
import { OpenedDocuments, textsOf } from "./collection.ts";
import type { Delta } from "./delta.ts";
import { decodeKept } from "./kept.ts";
import { OpenedDocument, textHash } from "./opened.ts";
import type { DocumentCallbacks } from "./ports.ts";

/** Shares whose documents are remembered until somebody asks for them. */
const MOST_SHARES = 100;

/** A piece of text by one user; its length is in UTF-16 code units. */
export interface AuthorRun {
  readonly length: number;
  readonly userId: string;
}

/** The calls from an opened document to its user. */
export interface OpenOptions {
  /** Gets each change by others, after it was made to `text`. */
  readonly onChange?: (delta: Delta) => void;
  /** Called when `state`, `reason`, `canEdit` or `generation` has changed. */
  readonly onState?: (document: OpenedDocument) => void;
  /** Called when the bytes that `kept` returns have changed. */
  readonly onKeep?: (document: OpenedDocument) => void;
  /** Gets the text as it was when own edits could not be kept in the shared text. */
  readonly onDiscarded?: (text: string) => void;
  /** Called when `yText` is another one: editors bind to it. */
  readonly onDoc?: (document: OpenedDocument) => void;
  /** The bytes that `kept` returned before the page ended. */
  readonly kept?: Uint8Array;
}

/** The edges of the documents. */
interface Ports {
  write(frame: Frame): void;
  fault(what: string, error: unknown): void;
}

/** The shared documents of a session; `Client.documents`. */
export class Documents implements Part {
  readonly #client: Asker;
  readonly #replica: Replica;
  readonly #ports: Ports;
  readonly #opened: OpenedDocuments;
  readonly #documents = new Map<string, OpenedDocument>();
  /** Those that were shared of late, by the number of the event. */
  readonly #shares = new Map<number, SharedDocument>();
  #waiting: (() => void)[] = [];
  #ended: string | undefined;

  constructor(
    sessionId: string,
    client: Asker,
    replica: Replica,
    environment: Environment,
    ports: Ports,
  ) {
    this.#client = client;
    this.#replica = replica;
    this.#ports = ports;
    this.#opened = new OpenedDocuments(sessionId, environment, (frame) => ports.write(frame));
  }

  /** The documents that are shared in the session, in the order in which they were shared. */
  list(): readonly SharedDocument[] {
    return [...this.#replica.documents.values()];
  }

  get(documentId: string): SharedDocument | undefined {
    return this.#replica.documents.get(documentId);
  }

  /**
   * Share a text, with LF line ends: from now on everybody may open it, and editors may write in it.
   *
   * @throws RequestRefused with DOCUMENT_EXISTS and the `documentId` that the file is shared as.
   */
  async share(file: string, text: string): Promise<SharedDocument> {
    const ack = await this.#client.request({
      type: "share_document",
      data: { file, content: text },
    });
    while (this.#replica.seq < ack.seq) {
      if (this.#ended !== undefined) {
        throw new NotConnected(this.#ended);
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const shared = this.#shares.get(ack.seq);
    this.#shares.delete(ack.seq);
    // It may have been acknowledged after a reconnect, with a snapshot that has no events.
    const alike = this.list().filter((document) => document.hash === textHash(text));
    const found = shared ?? alike.find((document) => document.file === file) ?? alike.at(-1);
    if (found === undefined) {
      throw new NotConnected("the document is no longer shared");
    }
    return found;
  }

  /** End the sharing of a document, for everybody; everybody keeps the text they have. */
  async unshare(documentId: string): Promise<void> {
    await this.#client.request({ type: "unshare_document", document_id: documentId });
  }

  /** The file of a shared document has another name now; its id stays. */
  async rename(documentId: string, file: string): Promise<void> {
    await this.#client.request({ type: "rename_document", document_id: documentId, file });
  }

  /** The authors of an opened document's text, from its start on. */
  async blame(documentId: string): Promise<readonly AuthorRun[]> {
    const { runs } = await this.#client.ask({ type: "get_blame", document_id: documentId });
    return runs.map(([length, userId]) => ({ length: Number(length), userId: String(userId) }));
  }

  /**
   * Open a document; its text is there when `ready` resolves.
   *
   * It stays open through reconnects: edits that the server has not confirmed are sent again. While
   * there is no connection it can be edited on.
   *
   * @throws TypeError if the document is open already.
   * @throws UpdateError if `kept` is damaged.
   */
  open(documentId: string, options: OpenOptions = {}): OpenedDocument {
    const kept = options.kept === undefined ? undefined : decodeKept(options.kept);
    const callbacks = this.#callbacks(options, () => document);
    const replica = this.#opened.open(documentId, callbacks, kept);
    const document = new OpenedDocument(
      replica,
      (state, hash) => this.#check(documentId, state, hash),
      () => {
        this.#opened.forget(replica);
        this.#documents.delete(documentId);
      },
    );
    this.#documents.set(documentId, document);
    this.#opened.start(replica);
    return document;
  }

  // For the client

  /** There is a connection, and the replica has the session's documents. */
  joined(): void {
    this.#opened.joined(textsOf(this.#replica));
    this.#notify();
  }

  /** The connection is gone. */
  lost(): void {
    this.#opened.lost();
  }

  /** No connection will come any more. */
  end(reason: string): void {
    this.#ended = reason;
    this.#opened.lost();
    this.#notify();
    for (const document of this.#documents.values()) {
      document.end(reason);
    }
  }

  /** Take over changes of the replica. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === "documentsChanged") {
        const { event } = change;
        if (event.type === "document_shared") {
          this.#shares.set(event.seq, event.document);
          const [oldest] = this.#shares.keys();
          if (this.#shares.size > MOST_SHARES && oldest !== undefined) {
            this.#shares.delete(oldest);
          }
        }
        this.#opened.changed(event, textsOf(this.#replica));
      } else if (change.kind === "draftsChanged") {
        this.#opened.draftsChanged(textsOf(this.#replica));
      }
    }
    this.#notify();
  }

  /** Take a message; whether it was for an opened document. */
  receive(message: ServerMessage): boolean {
    return this.#opened.receive(message);
  }

  /** Take a binary frame; one that makes no sense is left out. */
  receiveFrame(frame: Uint8Array): void {
    try {
      this.#opened.receiveFrame(frame);
    } catch (error) {
      if (!(error instanceof UpdateError)) {
        throw error;
      }
      this.#ports.fault("reading a binary frame of the server", error);
    }
  }

  #callbacks(options: OpenOptions, document: () => OpenedDocument): DocumentCallbacks {
    const show = (what: string, callback: () => void) => {
      try {
        callback();
      } catch (error) {
        this.#ports.fault(what, error);
      }
    };
    return {
      onChange: (delta) => show("showing a change", () => options.onChange?.(delta)),
      onDiscarded: (text) => show("keeping discarded edits", () => options.onDiscarded?.(text)),
      onDoc: () => show("binding an editor", () => options.onDoc?.(document())),
      onState: () => {
        document().moved();
        show("showing a document's state", () => options.onState?.(document()));
      },
      onKeep: () => {
        document().moved();
        show("keeping a document", () => options.onKeep?.(document()));
      },
    };
  }

  async #check(documentId: string, state: Uint8Array, hash: string): Promise<boolean | undefined> {
    const answer = await this.#client.send({
      type: "document_check",
      document_id: documentId,
      state: toBase64(state),
      hash,
    });
    // Without an answer of its own the server has other text, which is on its way here.
    return answer.type === "document_checked" ? answer.equal : undefined;
  }

  #notify(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }
}
