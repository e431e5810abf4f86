// The edges of the code: the page around it, and the editor, which is loaded later.
import type {
  AnchorData,
  CursorData,
  Delta,
  Documents,
  OpenedDocument,
  SessionClient,
  ViewportData,
} from "@peerline/client";
import type { Rows } from "./anchors.ts";
import type { Drafts, NewComment } from "./drafts.ts";

/** The id of the comment that is being written, among those of the threads. */
export const NEW = "new";

/** The place to which the editor is to go. */
export interface Target {
  /** 1-based. */
  readonly line: number;
  /** The first line to show; the line in the middle if absent. */
  readonly top?: number;
  readonly takesFocus: boolean;
}

/** The page around the code, as it needs it. */
export interface CodeAround {
  /** A part of this tab's memory of the session. */
  read(key: string): string | undefined;
  write(key: string, text: string): void;
  colorOf(userId: string): number;
  /** The list of participants shows who is followed. */
  followed(): void;
  /** The code is to be seen, where there is not room for everything. */
  show(): void;
  /** The user writes in the code. */
  typed(): void;
  /** Run later; the function that cancels it. */
  later(milliseconds: number, act: () => void): () => void;
  fault(what: string, error: unknown): void;
}

/** The editor that is shown, for the session. */
export interface CodeView {
  go(target: Target): void;
  showPeople(): void;
  showThreads(): void;
}

/** The editor that shows a document, for the document. */
export interface TextView {
  changed(delta: Delta): void;
  replaced(): void;
  stateChanged(): void;
}

/** The session's code, for the editor. */
export interface CodeModel {
  readonly client: SessionClient;
  readonly around: CodeAround;
  readonly drafts: Drafts;
  readonly files: { look(documentId: string, view: TextView): () => void };
  readonly me: string;
  readonly mayComment: boolean;
  attach(view: CodeView | undefined): void;
  takeTarget(): Target | undefined;
  placed(cursor: CursorData | undefined, viewport: ViewportData | undefined): void;
  unfollow(): void;
  keepComment(comment: NewComment | undefined): void;
}

/** Draws a thread, or the comment that is being written; the function that ends it. */
export type DrawBelow = (id: string, element: HTMLElement) => () => void;

export interface EditorOptions {
  code: CodeModel;
  document: OpenedDocument;
  file: string;
  drawBelow: DrawBelow;
  /** Hears why an edit was not taken. */
  refused(reason: string): void;
  /** Hears the rows of the threads that have a place in the text. */
  placed(rows: ReadonlyMap<string, Rows>): void;
}

/** One document on the page. */
export interface ShownEditor {
  readonly selectedRows: Rows;
  /** The anchor of a comment on these rows. */
  anchorAt(rows: Rows): AnchorData;
  destroy(): void;
}

/** The editor's chunk. */
export interface EditorModule {
  readonly Editor: new (parent: HTMLElement, options: EditorOptions) => ShownEditor;
  documentsOf(client: SessionClient): Documents;
}

/** Loads the editor, with what shared documents need. */
export type Loader = () => Promise<EditorModule>;
