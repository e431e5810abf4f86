// The shared documents of a client, apart from it.
export { UpdateError } from "./bytes.ts";
export { type Delta, type Operation, transformed } from "./delta.ts";
export { difference } from "./difference.ts";
export { isOnce } from "./insertions.ts";
export { keptText } from "./keptText.ts";
export type { RelativePosition } from "./localText.ts";
export { type OpenedDocument, textHash } from "./opened.ts";
export { documentsOf } from "./part.ts";
export type { DocumentStatus } from "./ports.ts";
export type { AuthorRun, Documents, OpenOptions } from "./service.ts";
