// The shared documents that the page has open, and their edits that no server has yet.
import type { Delta, Documents, OpenedDocument, SessionClient } from "@peerline/client";
import { asSentence } from "@peerline/ui/refusal";
import { LeftTexts } from "./leftTexts.ts";
import type { CodeAround, EditorModule, Loader, TextView } from "./ports.ts";
import { type Waiting, waitingIn } from "./waiting.ts";

/** Documents beyond this number are closed, those without waiting edits first. */
const MOST_OPEN = 8;
const KEPT = "waiting";
const KEEP_MS = 300;
const REFUSED = "Your last edits could not be kept in the shared file.";

/** The name of a text that has no file. */
const DRAFT = "a draft";

/** The opened documents, the last used at the end. */
export class OpenFiles {
  readonly #client: SessionClient;
  readonly #around: CodeAround;
  readonly #load: Loader;
  readonly #tell: () => void;
  /** The texts of own edits that could not be kept in a shared file. */
  readonly left: LeftTexts;
  readonly #opened = new Map<string, OpenedDocument>();
  readonly #files = new Map<string, string>();
  readonly #keptElsewhere = new Set<string>();
  readonly #views = new Map<string, TextView>();
  readonly #unkept = new Set<OpenedDocument>();
  #cancelKeep: (() => void) | undefined;
  #documents: Documents | undefined;
  #editor: EditorModule | undefined;
  #hasFailed = false;
  #hasNoRoom = false;

  constructor(client: SessionClient, around: CodeAround, load: Loader, tell: () => void) {
    this.#client = client;
    this.#around = around;
    this.#load = load;
    this.#tell = tell;
    this.left = new LeftTexts({
      read: () => around.read("left"),
      write: (text) => around.write("left", text),
    });
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

  /** Whether edits would not survive the end of the tab, for want of room. */
  get hasNoRoom(): boolean {
    return (this.#hasNoRoom && this.#waiting.length > 0) || !this.left.isWritten;
  }

  /** How many documents have edits that the server lacks, and that cannot be sent now. */
  countWaiting(): number {
    const unopened = Object.keys(this.#kept()).filter((id) => !this.#opened.has(id));
    return this.#waiting.length + unopened.length;
  }

  get #waiting(): readonly OpenedDocument[] {
    return [...this.#opened.values()].filter(({ state, pending }) => {
      return state === "offline" && pending > 0;
    });
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

  /**
   * Open a document; listeners hear when it is there. Of one whose text is kept elsewhere nothing is
   * left over.
   */
  open(documentId: string, { isKeptElsewhere = false } = {}): void {
    if (isKeptElsewhere) {
      this.#keptElsewhere.add(documentId);
    }
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

  /** Open what has edits that wait since before a reload, or offer their text. */
  restore(): void {
    for (const id of Object.keys(this.#kept())) {
      const { documents, drafts } = this.#client.replica;
      if (documents.has(id) || drafts.some((draft) => draft.id === id)) {
        this.open(id);
      } else if (!this.#opened.has(id)) {
        this.#leave(id, "It is no longer shared.");
      }
    }
  }

  /** No edit will ever be sent: offer the texts of those that wait. */
  giveUp(reason: string): void {
    this.keepNow();
    for (const id of Object.keys(this.#kept())) {
      this.#leave(id, reason);
    }
  }

  /** Take edits that wait out of what is kept, and offer their text. */
  #leave(id: string, reason: string): void {
    const kept = this.#kept()[id];
    if (kept === undefined) {
      return;
    }
    this.#load().then(
      ({ keptText }) => {
        try {
          this.left.add(kept.file, keptText(fromText(kept.bytes)), reason);
        } catch (error) {
          this.#around.fault("reading edits that wait", error);
        }
        const { [id]: _, ...others } = this.#kept();
        this.#write(others);
        this.#tell();
      },
      // They stay where they are, for the next time.
      (error: unknown) => this.#around.fault("loading the editor", error),
    );
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
    this.#fileOf(id);
    const kept = this.#kept()[id];
    const options = {
      onChange: (delta: Delta) => view()?.changed(delta),
      onDoc: () => view()?.replaced(),
      onState: (document: OpenedDocument) => {
        if (document.state === "detached" && document.pending > 0) {
          this.#offer(document, document.text, sentence(document.reason));
        }
        view()?.stateChanged();
        this.#tell();
      },
      onKeep: (document: OpenedDocument) => this.#keep(document),
      onDiscarded: (text: string) => {
        if (!this.#keptElsewhere.has(id)) {
          this.left.add(this.#fileOf(id), text, REFUSED);
        }
        this.#tell();
      },
    };
    try {
      this.#opened.set(
        id,
        documents.open(
          id,
          kept === undefined ? options : { ...options, kept: fromText(kept.bytes) },
        ),
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

  /** Edits that were not acknowledged have no file any more: the user has the text. */
  #offer(document: OpenedDocument, text: string, reason: string): void {
    if (!this.#keptElsewhere.has(document.id)) {
      this.left.add(this.#fileOf(document.id), text, reason);
    }
    this.#keep(document);
  }

  /** The file of a document, also when it is no longer shared. */
  #fileOf(id: string): string {
    const shared = this.#client.replica.documents.get(id)?.file;
    const known = shared ?? this.#kept()[id]?.file ?? this.#files.get(id) ?? DRAFT;
    this.#files.set(id, known);
    return known;
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
        all[document.id] = { file: this.#fileOf(document.id), bytes: toText(bytes) };
      }
    }
    if (this.#unkept.size > 0) {
      this.#unkept.clear();
      this.#write(all);
    }
  }

  #write(all: Record<string, Waiting>): void {
    const before = this.#kept();
    this.#hasNoRoom = !this.#around.write(KEPT, JSON.stringify(all));
    // A text that is offered may need the room of the edits that go; without it they stay.
    if (!this.left.isWritten && !this.left.keep()) {
      this.#around.write(KEPT, JSON.stringify({ ...before, ...all }));
    }
  }

  #kept(): Record<string, Waiting> {
    return waitingIn(this.#around.read(KEPT));
  }
}

function sentence(reason: string | undefined): string {
  return reason === undefined ? REFUSED : asSentence(reason);
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
