// A participant of a Peerline session without shared documents, which can be added later.
export type { Change, DocumentEvent, ItemChange } from "./changes.ts";
export type { Chat } from "./chat.ts";
export { mayReconnect, mayRejoin, mayRetry } from "./codes.ts";
export { assignColors, colorOf } from "./colors.ts";
export type { CommentThreads } from "./comments.ts";
export { DecodeError, decodeServerMessage } from "./decode.ts";
export type { Environment, Frame, Socket, SocketEvents } from "./environment.ts";
export { realEnvironment } from "./environment.ts";
export * from "./errors.ts";
export type { DurableMessage } from "./events.ts";
export type * from "./generated/protocol.ts";
export type { Hosting } from "./hosting.ts";
export type { Credentials } from "./identity.ts";
export { editorUrl, pageUrl, parseLink, type SessionLink, webSocketUrl } from "./link.ts";
export { LinkError } from "./linkError.ts";
export type { OwnPresence } from "./localPresence.ts";
export type { Offers } from "./offers.ts";
export type { AnswerTo, ClientOptions, LinkState, Outgoing } from "./options.ts";
export type { Part, PartEdges } from "./parts.ts";
export type { PendingEntry, PendingItem, PendingRefusal, Typed } from "./pending.ts";
export { Replica } from "./replica.ts";
export type { ReplicaState } from "./replicaState.ts";
export { SessionClient } from "./sessionClient.ts";
export {
  type ClearableStore,
  indexedDbStore,
  type KeptEntry,
  memoryStore,
  type PendingStore,
  storageStore,
} from "./stores.ts";
export { revealControls } from "./text.ts";
export { TIMING, type Timing } from "./timing.ts";
export type { GetToken } from "./tokens.ts";
export type { Draft, Sending, Unsent } from "./unsent.ts";
