// The edges of an opened document: its state, the calls to its user, and its connection.
import type { Delta } from "./delta.ts";
import type { DocumentMessage } from "./frames.ts";

/**
 * The state of an opened document: its text is not there yet; it follows the server's text; there is
 * no connection, and edits are kept and sent later; it follows nothing any longer.
 */
export type DocumentStatus = "opening" | "equal" | "offline" | "detached";

/** The connection of a document. */
export interface Link {
  /** Send `open_document`; the id that its answer has. */
  ask(documentId: string, generation?: string, state?: Uint8Array): string;
  send(channel: number, message: DocumentMessage): void;
  /** Send `close_document`. */
  close(documentId: string): void;
  /** Seconds. */
  now(): number;
  /** Something is to be sent, or `due` is sooner than before. */
  wake(): void;
  /** A random client id of 32 bits. */
  newClientId(): number;
}

/** The calls from an opened document to its user. */
export interface DocumentCallbacks {
  /** Gets the changes by others, as deltas in UTF-16 code units. */
  onChange?(delta: Delta): void;
  /** The state, its reason, the generation or `canEdit` has changed. */
  onState?(): void;
  /** The bytes that `kept` returns have changed. */
  onKeep?(): void;
  /** Gets the text as it was when own edits could not be kept in the shared text. */
  onDiscarded?(text: string): void;
  /** Another Yjs document has taken the place of the one before: editors bind to the new one. */
  onDoc?(): void;
}
