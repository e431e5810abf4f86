// The durable events of a session.
import type { DocumentEvent, ItemChange } from "./changes.ts";
import type {
  AgentEvent,
  ApprovalAnswered,
  ApprovalAsked,
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
  | AgentEvent
  | ApprovalAsked
  | ApprovalAnswered
  | DocumentEvent
  | SessionEnded;

/** Whether a message is an event with a number. */
export function isDurable(message: ServerMessage): message is DurableMessage {
  return "seq" in message && message.type !== "connected" && message.type !== "ack";
}
