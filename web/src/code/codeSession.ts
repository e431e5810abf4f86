// The code of a session in the page: which file is shown, who is followed, the tree, the drafts.

import type { OpenedDocument } from "@peerline/client/documents";
import type {
  AnchorData,
  Change,
  Comment,
  CursorData,
  Participant,
  SessionClient,
  SharedDocument,
  ViewportData,
} from "@peerline/client/session";
import type { Rows } from "./anchors.ts";
import { Commenting } from "./commenting.ts";
import { Drafts } from "./drafts.ts";
import { Folders } from "./folders.ts";
import { whereabouts } from "./following.ts";
import { OpenFiles } from "./openFiles.ts";
import { openProblem } from "./openProblem.ts";
import type { CodeAround, CodeModel, CodeView, Loader, Target } from "./ports.ts";
import type { Node } from "./tree.ts";
import { WritingTogether } from "./writingTogether.ts";

/** The state of the code; its listeners hear of every change. */
export class CodeSession implements CodeModel {
  readonly client: SessionClient;
  readonly around: CodeAround;
  readonly files: OpenFiles;
  readonly drafts: Drafts;
  readonly commenting: Commenting;
  readonly together: WritingTogether;
  readonly folders: Folders;
  readonly #listeners = new Set<() => void>();
  #shown: SharedDocument | undefined;
  /** Why a file or place is not shown. */
  #problem: string | undefined;
  #isOpening = false;
  #followed: string | undefined;
  #thread: string | undefined;
  #places: ReadonlyMap<string, Rows> = new Map();
  /** The place to go to, once the text of the shown document is there. */
  #target: Target | undefined;
  #asked = 0;
  /** The file that was asked for last. */
  #wanted: string | undefined;
  #editor: CodeView | undefined;

  constructor(client: SessionClient, around: CodeAround, load: Loader) {
    this.client = client;
    this.around = around;
    this.drafts = new Drafts({
      read: () => around.read("drafts"),
      write: (text) => around.write("drafts", text),
    });
    this.commenting = new Commenting(client, this.drafts, {
      editor: () => this.#editor,
      tell: () => this.#tell(),
    });
    this.folders = new Folders(client, () => this.#tell());
    this.files = new OpenFiles(client, around, load, () => this.#tell());
    this.together = new WritingTogether(client, {
      drafts: this.drafts,
      files: this.files,
      editor: () => this.#editor,
      tell: () => this.#tell(),
    });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get shown(): SharedDocument | undefined {
    return this.#shown;
  }

  get document(): OpenedDocument | undefined {
    return this.files.get(this.#shown?.id);
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  get isOpening(): boolean {
    return this.#isOpening;
  }

  get followed(): Participant | undefined {
    return this.client.replica.participants.get(this.#followed ?? "");
  }

  /** The id of the thread that was chosen last. */
  get thread(): string | undefined {
    return this.#thread;
  }

  /** The file of a document, also when it is no longer shared. */
  fileOf(documentId: string): string {
    const shown = this.#shown?.id === documentId ? this.#shown.file : "";
    return this.client.replica.documents.get(documentId)?.file ?? shown;
  }

  /** The numbers of things that were written and no server has. */
  get unwritten(): { files: number; texts: number; drafts: number } {
    const { files, drafts } = this;
    const texts = files.left.items.length;
    return { files: files.countWaiting(), texts, drafts: drafts.count };
  }

  get mayComment(): boolean {
    return this.client.replica.connected?.role !== "viewer";
  }

  /** How the cursors of others are shown: `named`, `moved` or `none`. */
  get cursors(): string {
    const kept = this.around.read("cursors") ?? "";
    return ["named", "none"].includes(kept) ? kept : "moved";
  }

  showCursors(how: string): void {
    this.around.write("cursors", how);
    this.#tell();
  }

  get me(): string {
    return this.client.replica.connected?.user.id ?? "";
  }

  /** Open a file of the tree, a folder, or read on. */
  choose(node: Node): void {
    if (node.kind === "file") {
      this.unfollow();
      this.open(node.path, { line: 1, takesFocus: true }, node.owner);
    } else if (node.kind === "folder") {
      this.folders.fold(node, !this.folders.isOpen(node));
    } else {
      this.folders.readOn(node);
    }
  }

  // --- files -----------------------------------------------------------------------------

  /** Show a file, shared or offered. */
  open(file: string, target: Target, owner?: string): void {
    this.around.show();
    this.#open(file, target, owner);
  }

  #open(file: string, target: Target, owner?: string): void {
    this.#wanted = file;
    const shared = this.#sharedAs(file);
    if (shared !== undefined) {
      this.#show(shared, target);
      return;
    }
    if (this.client.replica.offers.length === 0) {
      this.#fail(`${file} is not shared in this session. Ask somebody who has it to share it.`);
      return;
    }
    this.#asked += 1;
    const asked = this.#asked;
    this.#isOpening = true;
    this.#problem = undefined;
    this.#tell();
    this.client.offers.open(file, owner).then(
      (document) => asked === this.#asked && this.#show(document, target),
      (error: unknown) => {
        if (asked === this.#asked) {
          this.#fail(openProblem(file, error));
        }
      },
    );
  }

  /** Show the file that was shown before a reload. */
  restore(): void {
    const file = this.around.read("file");
    const shared = this.#sharedAs(file ?? "");
    if (this.#shown === undefined && shared !== undefined) {
      this.#show(shared, { line: 1, takesFocus: false });
    }
    this.files.restore();
  }

  #sharedAs(file: string): SharedDocument | undefined {
    return [...this.client.replica.documents.values()].find((document) => document.file === file);
  }

  #show(document: SharedDocument, target: Target): void {
    this.#asked += 1;
    this.#isOpening = false;
    this.#problem = undefined;
    this.#shown = document;
    this.#target = target;
    this.around.write("file", document.file);
    this.files.open(document.id);
    this.#editor?.arrive();
    this.#tell();
  }

  #fail(problem: string | undefined): void {
    this.#isOpening = false;
    this.#problem = problem;
    this.#tell();
  }

  dismiss(): void {
    this.#fail(undefined);
  }

  /** The user has done with a text that could not be kept. */
  dropLeft(id: string): void {
    this.files.left.drop(id);
    this.#tell();
  }

  // --- the editor ------------------------------------------------------------------------

  attach(editor: CodeView): void {
    this.#editor = editor;
  }

  detach(editor: CodeView): void {
    if (this.#editor === editor) {
      this.#editor = undefined;
    }
  }

  /** The place to go to in this document; only once. */
  takeTarget(documentId: string): Target | undefined {
    const target = this.#shown?.id === documentId ? this.#target : undefined;
    if (target !== undefined) {
      this.#target = undefined;
    }
    return target;
  }

  placed(cursor: CursorData | undefined, viewport: ViewportData | undefined): void {
    this.client.sendCursor(cursor);
    if (viewport !== undefined) {
      this.client.sendPresence({ viewport });
    }
  }

  // --- people ----------------------------------------------------------------------------

  goTo(userId: string): void {
    this.unfollow();
    this.#wanted = undefined;
    this.around.show();
    this.#go(userId, true);
  }

  follow(userId: string): void {
    this.#followed = userId;
    this.#wanted = undefined;
    this.around.followed();
    this.around.show();
    this.#go(userId, false);
    this.#tell();
  }

  unfollow(): void {
    if (this.#followed !== undefined) {
      this.#followed = undefined;
      this.around.followed();
      this.#tell();
    }
  }

  #go(userId: string, takesFocus: boolean): void {
    const { participants, documents } = this.client.replica;
    const person = participants.get(userId);
    const place = whereabouts(person, documents);
    if (place === undefined) {
      this.#fail(`${person?.username ?? "The participant"} is in no file now.`);
      return;
    }
    const { line, top } = place;
    const target = { line, takesFocus, ...(top === undefined ? {} : { top }) };
    if (place.documentId !== undefined && place.documentId === this.#shown?.id) {
      this.#problem = undefined;
      this.#target = target;
      this.#editor?.arrive();
      this.#tell();
    } else if (place.documentId !== undefined || place.file !== this.#wanted) {
      // A file that was not given is not asked for with every move.
      this.#open(place.file, target);
    }
  }

  // --- comments --------------------------------------------------------------------------

  /** Choose a thread, and go to its lines. */
  chooseThread(threadId: string): void {
    this.#thread = threadId;
    const thread = this.client.replica.threads.get(threadId);
    if (thread !== undefined) {
      this.unfollow();
      const document = this.client.replica.documents.get(thread.document_id ?? "");
      this.open(document?.file ?? thread.file, { line: this.lineOf(thread), takesFocus: false });
    }
    this.#editor?.showThreads();
  }

  /** Go to the lines of a comment that is being written. */
  goToDraft({ file, line, document_id }: AnchorData): void {
    const document = this.client.replica.documents.get(document_id ?? "");
    this.unfollow();
    this.open(document?.file ?? file, { line, takesFocus: false });
  }

  /** The rows of the shown document's threads and drafts that have a certain place. */
  get places(): ReadonlyMap<string, Rows> {
    return this.#places;
  }

  /** The line of a thread, as far as it is known; 1-based. */
  lineOf(thread: Comment): number {
    return (this.#places.get(thread.id)?.first ?? thread.line - 1) + 1;
  }

  keepPlaces(rows: ReadonlyMap<string, Rows>): void {
    this.#places = rows;
    this.#tell();
  }

  // --- what the client tells -------------------------------------------------------------

  changed(changes: readonly Change[]): void {
    let isOfThreads = false;
    for (const change of changes) {
      switch (change.kind) {
        case "reset":
        case "resumed":
          isOfThreads = true;
          this.#documentsChanged();
          this.restore();
          break;
        case "documentsChanged":
          this.#documentsChanged();
          break;
        case "presenceMoved":
          if (change.participant.id === this.#followed) {
            this.#go(change.participant.id, false);
          }
          break;
        case "summonedBy":
          if (change.userId !== this.me) {
            this.follow(change.userId);
          }
          break;
        case "left":
        case "removed":
          if (change.participant.id === this.#followed) {
            this.unfollow();
          }
          break;
        default:
          isOfThreads ||= /^thread|^(messageChanged|draftsChanged)$/.test(change.kind);
      }
    }
    this.folders.changed(changes.some(({ kind }) => kind === "reset" || kind === "resumed"));
    this.#editor?.showPeople();
    const isOfUnsent = changes.length === 0;
    if (isOfThreads || isOfUnsent) {
      this.#editor?.showThreads();
    }
    if (
      isOfUnsent ||
      changes.some(({ kind }) => kind !== "presenceMoved" && kind !== "chatAdded")
    ) {
      this.#tell();
    }
  }

  #documentsChanged(): void {
    const { documents } = this.client.replica;
    const shown = documents.get(this.#shown?.id ?? "");
    if (this.#shown !== undefined && shown === undefined) {
      this.#problem = `${this.#shown.file} is no longer shared. This is its last text.`;
    } else {
      this.#shown = shown;
    }
    const asked = this.#problem && this.#sharedAs(this.#wanted ?? "");
    if (asked && this.#shown?.file !== asked.file) {
      this.#show(asked, { line: 1, takesFocus: false }); // shared after it was asked for
    }
    this.#editor?.showThreads();
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }
}
