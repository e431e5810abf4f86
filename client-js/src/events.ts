// The durable events of a session.
import type { EventOfAgent } from "./agentsSeen.ts";
import type { DocumentEvent, ItemChange } from "./changes.ts";
import type {
  ChatMessageSent,
  CodeComment,
  CommentReattached,
  CommentReplied,
  CommentResolved,
  FileEvent,
  NameChanged,
  ParticipantRemoved,
  RoleChanged,
  ServerMessage,
  SessionEnded,
  SessionUpdate,
  UserJoined,
  UserLeft,
} from "./generated/protocol.ts";

type CommentEvent = CodeComment | CommentReplied | CommentReattached | CommentResolved;

/** A durable event, which has a number. */
export type DurableMessage =
  | UserJoined
  | UserLeft
  | SessionUpdate
  | ChatMessageSent
  | CommentEvent
  | RoleChanged
  | NameChanged
  | ParticipantRemoved
  | ItemChange
  | FileEvent
  | EventOfAgent
  | DocumentEvent
  | SessionEnded;

/** Whether a message is an event with a number. */
export function isDurable(message: ServerMessage): message is DurableMessage {
  return "seq" in message && message.type !== "connected" && message.type !== "ack";
}
