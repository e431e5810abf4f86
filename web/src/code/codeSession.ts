// The code of a session in the page: which file is shown, who is followed, the tree, the drafts.

import type { OpenedDocument } from "@peerline/client/documents";
import {
  type Change,
  type Comment,
  type CursorData,
  DocumentError,
  type Participant,
  RequestRefused,
  type SessionClient,
  type SharedDocument,
  type ViewportData,
} from "@peerline/client/session";
import { reasonOf } from "../session/drafts.ts";
import type { Rows } from "./anchors.ts";
import { Drafts, type NewComment } from "./drafts.ts";
import { Folders } from "./folders.ts";
import { whereabouts } from "./following.ts";
import { OpenFiles } from "./openFiles.ts";
import type { CodeAround, CodeModel, CodeView, Loader, Target } from "./ports.ts";
import type { Node } from "./tree.ts";

/** The state of the code; its listeners hear of every change. */
export class CodeSession implements CodeModel {
  readonly client: SessionClient;
  readonly around: CodeAround;
  readonly files: OpenFiles;
  readonly drafts: Drafts;
  readonly folders: Folders;
  readonly #listeners = new Set<() => void>();
  #shown: SharedDocument | undefined;
  /** Why a file or place is not shown. */
  #problem: string | undefined;
  #isOpening = false;
  #takesFocus = false;
  #followed: string | undefined;
  #thread: string | undefined;
  #places: ReadonlyMap<string, Rows> = new Map();
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
    this.folders = new Folders(
      client,
      () => this.#tell(),
      (reason) => this.#fail(reason),
    );
    this.files = new OpenFiles(client, around, load, () => this.#tell());
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
          const isAbsent =
            (error instanceof RequestRefused && error.code === "DOCUMENT_NOT_FOUND") ||
            error instanceof DocumentError;
          this.#fail(
            isAbsent ? `${file} is not shared in this session, or is gone.` : reasonOf(error),
          );
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
    this.#editor?.go(target);
    this.#tell();
  }

  #fail(problem: string): void {
    this.#isOpening = false;
    this.#problem = problem;
    this.#tell();
  }

  dismiss(): void {
    this.#problem = undefined;
    this.files.dismiss();
    this.#tell();
  }

  // --- the editor ------------------------------------------------------------------------

  attach(editor: CodeView | undefined): void {
    this.#editor = editor;
  }

  /** The place to go to once the text is there; only once. */
  takeTarget(): Target | undefined {
    const target = this.#target;
    this.#target = undefined;
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
      this.#editor?.go(target);
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

  /** The rows of the shown document's threads that have a certain place. */
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

  /** Begin or change the comment that is being written, or end it. */
  keepComment(comment: NewComment | undefined): void {
    const before = this.drafts.comment;
    const isElsewhere = before?.first !== comment?.first || before?.last !== comment?.last;
    this.drafts.keepComment(comment);
    if (isElsewhere || before?.file !== comment?.file) {
      this.#takesFocus = comment !== undefined;
      this.#editor?.showThreads();
    }
    this.#tell();
  }

  /** Whether the field of the comment is to have the focus; only once, when it is begun. */
  takeFocus(): boolean {
    const takesFocus = this.#takesFocus;
    this.#takesFocus = false;
    return takesFocus;
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
          isOfThreads ||= change.kind.startsWith("thread") || change.kind === "messageChanged";
      }
    }
    this.folders.changed();
    this.#editor?.showPeople();
    if (isOfThreads) {
      this.#editor?.showThreads();
    }
    const isOfUnsent = changes.length === 0;
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
    this.#editor?.showThreads();
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }
}
