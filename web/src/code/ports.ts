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
import type { Drafts } from "./drafts.ts";

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
  /** Whether it was written: there may be no room. */
  write(key: string, text: string): boolean;
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
  /** Go to the place that is wanted in this document, once its text is there. */
  arrive(): void;
  /** Have a row seen, where it is not. */
  reveal(row: number): void;
  /** The place of a draft as the text is now; undefined if it has none here. */
  anchorOf(draftId: string): AnchorData | undefined;
  /** Have a draft be about the selected lines. */
  placeDraft(draftId: string): void;
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
  fileOf(documentId: string): string;
  attach(view: CodeView): void;
  detach(view: CodeView): void;
  /** The place to go to in this document; only once. */
  takeTarget(documentId: string): Target | undefined;
  placed(cursor: CursorData | undefined, viewport: ViewportData | undefined): void;
  unfollow(): void;
  readonly commenting: { begin(anchor: AnchorData, id?: string): string };
  /** Hears the rows of the threads and drafts that have a place in the text. */
  keepPlaces(rows: ReadonlyMap<string, Rows>): void;
}

/** Draws a thread, a draft or a comment that waits; the function that ends it. */
export type DrawBelow = (id: string, element: HTMLElement) => () => void;

export interface EditorOptions {
  code: CodeModel;
  document: OpenedDocument;
  drawBelow: DrawBelow;
  /** Hears why an edit was not taken. */
  refused(reason: string): void;
}

/** One document on the page. */
export interface ShownEditor {
  /** Write a comment on the selected lines. */
  commentHere(): void;
  destroy(): void;
}

/** The editor's chunk. */
export interface EditorModule {
  readonly Editor: new (parent: HTMLElement, options: EditorOptions) => ShownEditor;
  documentsOf(client: SessionClient): Documents;
  keptText(kept: Uint8Array): string;
  /** The way from one text to another. */
  difference(before: string, after: string): Delta;
  /** A change as it is after another one. */
  transformed(change: Delta, other: Delta): Delta;
}

/** Loads the editor, with what shared documents need. */
export type Loader = () => Promise<EditorModule>;
