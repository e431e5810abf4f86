// A participant of a Peerline session: what this package offers to its users.
export type { Change, DocumentEvent, ItemChange } from "./changes.ts";
export { mayReconnect, mayRejoin, mayRetry } from "./codes.ts";
export { assignColors, colorOf } from "./colors.ts";
export { DecodeError, decodeServerMessage } from "./decode.ts";
export * from "./errors.ts";
export type { DurableMessage } from "./events.ts";
export type * from "./generated/protocol.ts";
export { editorUrl, pageUrl, parseLink, type SessionLink, webSocketUrl } from "./link.ts";
export { LinkError } from "./linkError.ts";
export type { PendingEntry, PendingItem, PendingRefusal, Typed } from "./pending.ts";
export { Replica, type ReplicaState } from "./replica.ts";
export { revealControls } from "./text.ts";
