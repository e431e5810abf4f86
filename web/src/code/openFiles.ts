// The shared documents that the page has open, and their edits that no server has yet.
import type { Delta, Documents, OpenedDocument, SessionClient } from "@peerline/client";
import type { CodeAround, EditorModule, Loader, TextView } from "./ports.ts";

/** Documents beyond this number are closed, those without waiting edits first. */
const MOST_OPEN = 8;
const KEPT = "waiting";
const KEEP_MS = 300;

/** The opened documents, the last used at the end. */
export class OpenFiles {
  readonly #client: SessionClient;
  readonly #around: CodeAround;
  readonly #load: Loader;
  readonly #tell: () => void;
  readonly #opened = new Map<string, OpenedDocument>();
  readonly #views = new Map<string, TextView>();
  readonly #unkept = new Set<OpenedDocument>();
  #cancelKeep: (() => void) | undefined;
  #documents: Documents | undefined;
  #editor: EditorModule | undefined;
  #hasFailed = false;
  /** The text of own edits that could not be kept in the shared text. */
  #discarded: string | undefined;

  constructor(client: SessionClient, around: CodeAround, load: Loader, tell: () => void) {
    this.#client = client;
    this.#around = around;
    this.#load = load;
    this.#tell = tell;
  }

  get(documentId: string | undefined): OpenedDocument | undefined {
    return this.#opened.get(documentId ?? "");
  }

  /** The editor's code, once it is loaded. */
  get editor(): EditorModule | undefined {
    return this.#editor;
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  get discarded(): string | undefined {
    return this.#discarded;
  }

  dismiss(): void {
    this.#discarded = undefined;
  }

  /** Have the document of this id shown by a view. */
  look(documentId: string, view: TextView): () => void {
    this.#views.set(documentId, view);
    return () => {
      if (this.#views.get(documentId) === view) {
        this.#views.delete(documentId);
      }
    };
  }

  /** Open a document; listeners hear when it is there. */
  open(documentId: string): void {
    const known = this.#opened.get(documentId);
    if (known !== undefined && known.state !== "detached") {
      this.#opened.delete(documentId);
      this.#opened.set(documentId, known);
      return;
    }
    this.#hasFailed = false;
    this.#load().then(
      (editor) => {
        this.#editor = editor;
        this.#documents ??= editor.documentsOf(this.#client);
        this.#openNow(this.#documents, documentId);
      },
      (error: unknown) => {
        this.#hasFailed = true;
        this.#around.fault("loading the editor", error);
        this.#tell();
      },
    );
  }

  /** Open what has edits that wait since before a reload. */
  restore(): void {
    for (const id of Object.keys(this.#kept())) {
      if (this.#client.replica.documents.has(id)) {
        this.open(id);
      }
    }
  }

  #openNow(documents: Documents, id: string): void {
    const before = this.#opened.get(id);
    if (before !== undefined) {
      if (before.state !== "detached") {
        return;
      }
      before.close();
    }
    const view = () => this.#views.get(id);
    const kept = this.#kept()[id];
    const options = {
      onChange: (delta: Delta) => view()?.changed(delta),
      onDoc: () => view()?.replaced(),
      onState: () => {
        view()?.stateChanged();
        this.#tell();
      },
      onKeep: (document: OpenedDocument) => this.#keep(document),
      onDiscarded: (text: string) => {
        this.#discarded = text;
        this.#tell();
      },
    };
    try {
      this.#opened.set(
        id,
        documents.open(id, kept === undefined ? options : { ...options, kept: fromText(kept) }),
      );
    } catch (error) {
      // The kept bytes are damaged: the server's text is there all the same.
      this.#around.fault("reading edits that wait", error);
      this.#opened.set(id, documents.open(id, options));
    }
    for (const [other, document] of this.#opened) {
      if (this.#opened.size > MOST_OPEN && document.pending === 0 && !this.#views.has(other)) {
        this.#opened.delete(other);
        document.close();
      }
    }
    this.#tell();
  }

  /** Keep a little later: the whole text is written each time. */
  #keep(document: OpenedDocument): void {
    this.#unkept.add(document);
    this.#cancelKeep ??= this.#around.later(KEEP_MS, () => this.keepNow());
  }

  /** Keep what waits now, as when the page ends. */
  keepNow(): void {
    this.#cancelKeep?.();
    this.#cancelKeep = undefined;
    const all = this.#kept();
    for (const document of this.#unkept) {
      const bytes = document.kept();
      if (bytes === undefined) {
        delete all[document.id];
      } else {
        all[document.id] = toText(bytes);
      }
    }
    if (this.#unkept.size > 0) {
      this.#unkept.clear();
      this.#around.write(KEPT, JSON.stringify(all));
    }
  }

  #kept(): Record<string, string> {
    try {
      const value: unknown = JSON.parse(this.#around.read(KEPT) ?? "{}");
      return typeof value === "object" && value !== null ? (value as Record<string, string>) : {};
    } catch {
      return {};
    }
  }
}

function toText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    text += String.fromCharCode(byte);
  }
  return btoa(text);
}

function fromText(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
