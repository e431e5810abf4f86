// Generated from peerline/protocol by `make generate`. Do not edit.

/**
 * A participant's role in a session, from most to least allowed.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Role".
 */
export type Role = "host" | "editor" | "viewer";
/**
 * Whether a user is a person or an AI agent.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "UserKind".
 */
export type UserKind = "human" | "agent";
/**
 * The people who may answer or prompt an agent beside its owner; the owner decides.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Answerers".
 */
export type Answerers = "owner" | "hosts" | "editors";
/**
 * The kind of a file event.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "FileChange".
 */
export type FileChange = "created" | "modified" | "deleted" | "renamed";
/**
 * The kind of a tool call, as in the Agent Client Protocol.
 */
export type ToolKind =
  "read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "switch_mode" | "other";
/**
 * An answer that people can give. A lasting rule is made where the agent runs, not here.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Choice".
 */
export type Choice = "allow_once" | "deny";
/**
 * The end of a question: an answer, or none.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Outcome".
 */
export type Outcome = "allow_once" | "deny" | "expired" | "withdrawn";
/**
 * The state of a prompt; with the last two it is over.
 */
export type PromptState = "waiting" | "running" | "stopping" | "done" | "cancelled";
/**
 * The state of a prompt; with the last two it is over.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PromptState".
 */
export type PromptState1 = "waiting" | "running" | "stopping" | "done" | "cancelled";
/**
 * The state of an agent.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentState".
 */
export type AgentState = "idle" | "thinking" | "working" | "waiting_approval" | "waiting_input" | "error" | "done";
/**
 * The kind of a tool call, as in the Agent Client Protocol.
 */
export type ToolKind1 =
  "read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "switch_mode" | "other";
/**
 * The answers to a question about different texts.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentChoice".
 */
export type DocumentChoice = "shared" | "mine" | "later";
/**
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ClientMessage".
 */
export type ClientMessage =
  | JoinSession
  | LeaveSession
  | CursorUpdate
  | PresenceUpdate
  | SendChatMessage
  | AddComment
  | ReplyComment
  | ResolveComment
  | ReattachComment
  | UpdateSession
  | ChangeName
  | ChangeRole
  | RemoveParticipant
  | EditMessage
  | DeleteMessage
  | React
  | TellFileEvent
  | TellAgentUpdate
  | TellAgentEvent
  | AskApproval
  | WithdrawApproval
  | AnswerApproval
  | PromptAgent
  | CancelPrompt
  | StopAgent
  | TellPrompt
  | EndSession
  | Summon
  | RenewToken
  | ShareDocument
  | UnshareDocument
  | RenameDocument
  | TellDocumentSaved
  | GetHistory
  | GetComments
  | Search
  | GetActivity
  | GetModeration
  | CreateInvite
  | RevokeInvite
  | LiftBan
  | AnswerJoin
  | CreateAgent
  | GetApproval
  | OpenDocument
  | CloseDocument
  | CheckDocument
  | GetBlame
  | OfferFiles
  | WithdrawFiles
  | GetTree
  | OpenFile
  | GiveTree
  | GiveFile
  | RefuseFile
  | ShareDraft
  | EndDraft;
/**
 * A participant's status.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Status".
 */
export type Status = "active" | "typing" | "idle" | "away";
/**
 * A participant's role in a session, from most to least allowed.
 */
export type Role1 = "host" | "editor" | "viewer";
/**
 * A participant's role in a session, from most to least allowed.
 */
export type Role2 = "host" | "editor" | "viewer";
/**
 * A file or a folder.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EntryKind".
 */
export type EntryKind = "file" | "folder";
/**
 * Why a file is not given. Others are told only that it is not there.
 *
 * `unavailable` is about no file: others are told that they can try again.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RefusalReason".
 */
export type RefusalReason = "not_shared" | "too_large" | "binary" | "not_found" | "unavailable";
/**
 * The `error_code` of an `error` message. Clients match on the code, never on the text.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ErrorCode".
 */
export type ErrorCode =
  | "INVALID_JSON"
  | "UNKNOWN_TYPE"
  | "UNKNOWN_FIELD"
  | "INVALID_FIELD"
  | "MESSAGE_TOO_LARGE"
  | "BINARY_NOT_SUPPORTED"
  | "NOT_JOINED"
  | "ALREADY_JOINED"
  | "SESSION_MISMATCH"
  | "AUTH_REQUIRED"
  | "TOKEN_INVALID"
  | "TOKEN_EXPIRED"
  | "TOKEN_REVOKED"
  | "INVITE_INVALID"
  | "INVITE_EXPIRED"
  | "INVITE_EXHAUSTED"
  | "INVITE_FULL"
  | "INVITE_NOT_FOUND"
  | "JOIN_DENIED"
  | "JOIN_UNANSWERED"
  | "SESSION_NOT_FOUND"
  | "NOT_A_PARTICIPANT"
  | "CREATION_DENIED"
  | "PERMISSION_DENIED"
  | "BANNED"
  | "PARTICIPANT_NOT_FOUND"
  | "LAST_HOST"
  | "COMMENT_NOT_FOUND"
  | "MESSAGE_NOT_FOUND"
  | "DOCUMENT_NOT_FOUND"
  | "DOCUMENT_TOO_LARGE"
  | "DOCUMENT_EXISTS"
  | "GENERATION_MISMATCH"
  | "UPDATE_REFUSED"
  | "NOT_AN_AGENT"
  | "AGENT_LIMIT"
  | "AGENT_BUSY"
  | "OWNER_AWAY"
  | "PROMPT_NOT_FOUND"
  | "APPROVAL_NOT_FOUND"
  | "APPROVAL_CLOSED"
  | "APPROVAL_CHANGED"
  | "SESSION_ENDED"
  | "RATE_LIMITED"
  | "LIMIT_EXCEEDED"
  | "SERVER_BUSY"
  | "INTERNAL_ERROR";
/**
 * A participant's status.
 */
export type Status1 = "active" | "typing" | "idle" | "away";
/**
 * The state of the bridge's session.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ConnectionState".
 */
export type ConnectionState = "offline" | "connecting" | "waiting" | "joined" | "reconnecting";
/**
 * A participant's role in a session, from most to least allowed.
 */
export type Role3 = "host" | "editor" | "viewer";
/**
 * How the editor's text of a shared document stands to the shared text.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentState".
 */
export type DocumentState = "closed" | "opening" | "different" | "equal" | "waiting" | "offline" | "detached";
/**
 * Why the user is asked about a shared document.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "QuestionKind".
 */
export type QuestionKind = "join" | "disk";
/**
 * How loud a notice is.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "NoticeLevel".
 */
export type NoticeLevel = "info" | "warning" | "error";
/**
 * The kind of an item that was found.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ItemKind".
 */
export type ItemKind = "chat" | "comment" | "reply" | "agent";
/**
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ServerMessage".
 */
export type ServerMessage =
  | Connected
  | PresenceChanged
  | AgentUpdated
  | Summoned
  | Ack
  | Error
  | JoinPending
  | TokenExpiring
  | TokenRenewed
  | DocumentClosed
  | DocumentSaved
  | FilesOffered
  | DraftsShared
  | TreeWanted
  | FileWanted
  | History
  | Comments
  | SearchResults
  | Activity
  | Moderation
  | InviteCreated
  | AgentCreated
  | WholeApproval
  | DocumentOpened
  | DocumentChecked
  | Blame
  | Tree
  | FileOpened
  | UserJoined
  | UserLeft
  | SessionUpdate
  | ChatMessageSent
  | CodeComment
  | CommentReplied
  | CommentResolved
  | CommentReattached
  | RoleChanged
  | NameChanged
  | ParticipantRemoved
  | MessageEdited
  | MessageDeleted
  | ReactionChanged
  | FileEvent
  | AgentEvent
  | ApprovalAsked
  | ApprovalAnswered
  | AgentPrompted
  | PromptChanged
  | DocumentShared
  | DocumentUnshared
  | DocumentRenamed
  | DocumentRenewed
  | SessionEnded;
/**
 * The kind of a tool call, as in the Agent Client Protocol.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ToolKind".
 */
export type ToolKind2 =
  "read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "switch_mode" | "other";

/**
 * Generated from peerline/protocol by `make generate`.
 */
export interface PeerlineProtocol {
  [k: string]: unknown;
}
/**
 * A request had its effect; what it caused is durable and has the number `seq`.
 *
 * For a request without a durable effect `seq` is the session's latest.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Ack".
 */
export interface Ack {
  type: "ack";
  session_id: string;
  request_id: string;
  seq: number;
}
/**
 * The activity, newest first; `next` is the start of the older page, if there is one.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Activity".
 */
export interface Activity {
  type: "activity";
  session_id: string;
  request_id?: string;
  entries: ActivityEntry[];
  next?: string;
}
/**
 * Something that happened: a durable event, a trail of a cursor, or edits of a document.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ActivityEntry".
 */
export interface ActivityEntry {
  type: string;
  user_id: string;
  username: string;
  timestamp: string;
  event?:
    | UserJoined
    | UserLeft
    | SessionUpdate
    | ChatMessageSent
    | CodeComment
    | CommentReplied
    | CommentResolved
    | CommentReattached
    | RoleChanged
    | NameChanged
    | ParticipantRemoved
    | MessageEdited
    | MessageDeleted
    | ReactionChanged
    | FileEvent
    | AgentEvent
    | ApprovalAsked
    | ApprovalAnswered
    | AgentPrompted
    | PromptChanged
    | DocumentShared
    | DocumentUnshared
    | DocumentRenamed
    | DocumentRenewed
    | SessionEnded;
  trail?: CursorTrail;
  edit?: DocumentEdit;
}
/**
 * A user is in the session now.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "UserJoined".
 */
export interface UserJoined {
  type: "user_joined";
  session_id: string;
  seq: number;
  user: User;
  timestamp: string;
}
/**
 * A participant's user; one without `kind` is a person.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "User".
 */
export interface User {
  id: string;
  username: string;
  avatar?: string;
  role: Role;
  kind?: UserKind;
  agent?: AgentInfo;
}
/**
 * The owner of an agent, and its product; set by the server alone.
 *
 * `agent_policy` says who may answer its questions beside the owner; without it nobody else.
 * `prompt_policy` says who may prompt it beside the owner; without it the session cannot.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentInfo".
 */
export interface AgentInfo {
  owner_id: string;
  product: string;
  model?: string;
  agent_policy?: Answerers;
  prompt_policy?: Answerers;
}
/**
 * A user's last connection has gone, or an agent's owner has been away for too long.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "UserLeft".
 */
export interface UserLeft {
  type: "user_left";
  session_id: string;
  seq: number;
  user_id: string;
  username: string;
  reason?: "left_with_owner";
  timestamp: string;
}
/**
 * The session's state or title changed.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SessionUpdate".
 */
export interface SessionUpdate {
  type: "session_update";
  session_id: string;
  seq: number;
  changes: SessionChanges;
  updated_by: string;
  derived?: boolean;
  timestamp: string;
}
/**
 * The fields of a session that may change; only those that are present do.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SessionChanges".
 */
export interface SessionChanges {
  title?: string;
  status?: string;
  token_count?: number;
  token_limit?: number;
  cost?: number;
  health_score?: number;
  model?: string;
  context?: {
    [k: string]: string;
  };
  join_approval?: boolean;
}
/**
 * Somebody said something.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ChatMessageSent".
 */
export interface ChatMessageSent {
  type: "chat_message";
  session_id: string;
  seq: number;
  message: ChatMessage;
}
/**
 * One message of the session's chat; `parent_id` is the message that it answers.
 *
 * `seq` is absent in the event `chat_message`, which has it itself.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ChatMessage".
 */
export interface ChatMessage {
  id: string;
  user_id: string;
  username: string;
  content: string;
  mentions?: string[];
  timestamp: string;
  edited_at?: string;
  deleted_at?: string;
  reactions?: Reaction[];
  parent_id?: string;
  seq?: number;
}
/**
 * The users who reacted with one emoji, in that order; at least one.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Reaction".
 */
export interface Reaction {
  emoji: string;
  user_ids: string[];
}
/**
 * Somebody started a thread on a line.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CodeComment".
 */
export interface CodeComment {
  type: "code_comment";
  session_id: string;
  seq: number;
  comment: Comment;
}
/**
 * A comment on a line or on lines, with its replies.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Comment".
 */
export interface Comment {
  id: string;
  user_id: string;
  username: string;
  content: string;
  mentions?: string[];
  timestamp: string;
  edited_at?: string;
  deleted_at?: string;
  reactions?: Reaction[];
  file: string;
  line: number;
  end_line?: number;
  column?: number;
  end_column?: number;
  code_snippet?: string;
  /**
   * @maxItems 5
   */
  context_before?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  /**
   * @maxItems 5
   */
  context_after?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  /**
   * @maxItems 5
   */
  scope?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  occurrence?: number;
  occurrences?: number;
  sketch_before?: string;
  sketch_after?: string;
  lookalikes?: string;
  document_id?: string;
  generation?: string;
  /**
   * @minItems 3
   * @maxItems 3
   */
  start?: [unknown, unknown, unknown];
  /**
   * @minItems 3
   * @maxItems 3
   */
  end?: [unknown, unknown, unknown];
  resolved?: boolean;
  resolved_by?: string;
  resolved_at?: string;
  replies?: CommentReply[];
}
/**
 * One reply in a comment's thread.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CommentReply".
 */
export interface CommentReply {
  id: string;
  user_id: string;
  username: string;
  content: string;
  mentions?: string[];
  timestamp: string;
  edited_at?: string;
  deleted_at?: string;
  reactions?: Reaction[];
}
/**
 * Somebody answered in a thread.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CommentReplied".
 */
export interface CommentReplied {
  type: "comment_reply";
  session_id: string;
  seq: number;
  comment_id: string;
  reply: CommentReply;
}
/**
 * A thread was resolved, or reopened: then `comment` is the whole thread.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CommentResolved".
 */
export interface CommentResolved {
  type: "comment_resolved";
  session_id: string;
  seq: number;
  comment_id: string;
  resolved: boolean;
  user_id: string;
  username: string;
  timestamp: string;
  comment?: Comment;
}
/**
 * Somebody attached a thread to other lines; `anchor` replaces the one that it had.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CommentReattached".
 */
export interface CommentReattached {
  type: "comment_reattached";
  session_id: string;
  seq: number;
  comment_id: string;
  anchor: Anchor;
  user_id: string;
  username: string;
  timestamp: string;
}
/**
 * The lines that a comment is about.
 *
 * `code_snippet` is the text of the line (or lines), `context_before` and `context_after` a few
 * lines around it, from which the place is found again in another version of the file. Of
 * `occurrences` places with the same text in the author's version it is the `occurrence`-th.
 * `scope` are the lines that enclose it by their indentation, outermost first.
 * `sketch_before` and `sketch_after` are hashes of more lines around, and `lookalikes` of those
 * around the other places with the same text.
 * `column` and `end_column` (exclusive) narrow the range; without them whole lines are meant.
 * In a shared document `start` and `end` are the range in its text, for as long as it is of this
 * `generation`; the other fields are what is left of the place then.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Anchor".
 */
export interface Anchor {
  file: string;
  line: number;
  end_line?: number;
  column?: number;
  end_column?: number;
  code_snippet?: string;
  /**
   * @maxItems 5
   */
  context_before?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  /**
   * @maxItems 5
   */
  context_after?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  /**
   * @maxItems 5
   */
  scope?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  occurrence?: number;
  occurrences?: number;
  sketch_before?: string;
  sketch_after?: string;
  lookalikes?: string;
  document_id?: string;
  generation?: string;
  /**
   * @minItems 3
   * @maxItems 3
   */
  start?: [unknown, unknown, unknown];
  /**
   * @minItems 3
   * @maxItems 3
   */
  end?: [unknown, unknown, unknown];
}
/**
 * A host gave a participant another role.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RoleChanged".
 */
export interface RoleChanged {
  type: "role_changed";
  session_id: string;
  seq: number;
  user_id: string;
  username: string;
  role: Role;
  changed_by: string;
  timestamp: string;
}
/**
 * A participant has another name: `name`, which nobody else here has, instead of `username`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "NameChanged".
 */
export interface NameChanged {
  type: "name_changed";
  session_id: string;
  seq: number;
  user_id: string;
  username: string;
  name: string;
  timestamp: string;
}
/**
 * A host removed a participant: they are no participant any more.
 *
 * With its owner an agent is removed, too, by the server itself.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ParticipantRemoved".
 */
export interface ParticipantRemoved {
  type: "participant_removed";
  session_id: string;
  seq: number;
  user_id: string;
  username: string;
  removed_by: string;
  reason?: "left_with_owner";
  is_banned?: boolean;
  timestamp: string;
}
/**
 * An author changed a chat message, comment or reply; `comment_id` is its thread, if any.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "MessageEdited".
 */
export interface MessageEdited {
  type: "message_edited";
  session_id: string;
  seq: number;
  message_id: string;
  comment_id?: string;
  content: string;
  mentions?: string[];
  user_id: string;
  timestamp: string;
}
/**
 * A chat message, comment or reply was deleted by its author or a host.
 *
 * A chat message stays, with nothing in it. A reply goes. A comment goes with its thread, unless
 * it has replies: then it stays with nothing in it until they are deleted too.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "MessageDeleted".
 */
export interface MessageDeleted {
  type: "message_deleted";
  session_id: string;
  seq: number;
  message_id: string;
  comment_id?: string;
  deleted_by: string;
  timestamp: string;
}
/**
 * Somebody reacted, or took the reaction back.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ReactionChanged".
 */
export interface ReactionChanged {
  type: "reaction";
  session_id: string;
  seq: number;
  message_id: string;
  comment_id?: string;
  user_id: string;
  emoji: string;
  is_removed?: boolean;
  timestamp: string;
}
/**
 * A file in somebody's workspace changed.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "FileEvent".
 */
export interface FileEvent {
  type: "file_event";
  session_id: string;
  seq: number;
  user_id: string;
  username: string;
  data: FileEventData;
  timestamp: string;
}
/**
 * A change of a file in the sender's workspace; `old_file` is for renames only.
 *
 * `tool_call_id` is the `id` of the tool call by which an agent made it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "FileEventData".
 */
export interface FileEventData {
  file: string;
  change: FileChange;
  old_file?: string;
  lines_added?: number;
  lines_removed?: number;
  tool_call_id?: string;
}
/**
 * An agent was given a prompt, ended a turn, finished a tool call, or noted something.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentEvent".
 */
export interface AgentEvent {
  type: "agent_event";
  session_id: string;
  seq: number;
  user_id: string;
  username: string;
  data: PromptGiven | TurnEnded | ToolCallDone | PlanChanged | AgentNote;
  timestamp: string;
}
/**
 * Somebody gave the agent a prompt; a turn begins.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PromptGiven".
 */
export interface PromptGiven {
  kind?: "prompt";
  text: string;
  turn_id: string;
}
/**
 * A turn is over: the answer, and why it ended.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TurnEnded".
 */
export interface TurnEnded {
  kind?: "turn_end";
  turn_id: string;
  text?: string;
  reason: string;
  duration_ms?: number;
  usage?: AgentUsage;
}
/**
 * Tokens and cost of an agent so far; what is absent is not known.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentUsage".
 */
export interface AgentUsage {
  context_used?: number;
  context_limit?: number;
  input_tokens?: number;
  output_tokens?: number;
  cached_tokens?: number;
  cost?: number;
  currency?: string;
}
/**
 * A tool call is over.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ToolCallDone".
 */
export interface ToolCallDone {
  kind?: "tool_call";
  id: string;
  turn_id?: string;
  name: string;
  tool_kind?: ToolKind;
  title?: string;
  status: "completed" | "failed" | "denied";
  duration_ms?: number;
  input?: string;
  output?: string;
  /**
   * @maxItems 20
   */
  files?:
    | []
    | [TouchedFile]
    | [TouchedFile, TouchedFile]
    | [TouchedFile, TouchedFile, TouchedFile]
    | [TouchedFile, TouchedFile, TouchedFile, TouchedFile]
    | [TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile]
    | [TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile]
    | [TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile]
    | [TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile, TouchedFile]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ]
    | [
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile,
        TouchedFile
      ];
}
/**
 * A file that a tool call changed; `diff` is unified.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TouchedFile".
 */
export interface TouchedFile {
  file: string;
  lines_added?: number;
  lines_removed?: number;
  diff?: string;
}
/**
 * The plan has a new entry, or one with another status; it is whole.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PlanChanged".
 */
export interface PlanChanged {
  kind?: "plan";
  /**
   * @maxItems 50
   */
  entries: PlanEntry[];
}
/**
 * A step of an agent's plan.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PlanEntry".
 */
export interface PlanEntry {
  text: string;
  status?: "pending" | "in_progress" | "completed";
}
/**
 * A remark of an agent for the activity.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentNote".
 */
export interface AgentNote {
  kind?: "note";
  text: string;
}
/**
 * An agent asks.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ApprovalAsked".
 */
export interface ApprovalAsked {
  type: "approval_asked";
  session_id: string;
  seq: number;
  approval: Approval;
  timestamp: string;
}
/**
 * A question that is open.
 *
 * With `is_cut` the `detail` is only its beginning, and there is no `digest`: `get_approval` gives
 * both, so that nobody allows what they have not seen whole.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Approval".
 */
export interface Approval {
  id: string;
  user_id: string;
  username: string;
  owner_id: string;
  title: string;
  tool?: string;
  detail?: string;
  is_cut?: boolean;
  digest?: string;
  files?: string[];
  options: Choice[];
  asked_at: string;
  expires_at: string;
}
/**
 * A question is closed; `user_id` is the agent, `by` the user who closed it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ApprovalAnswered".
 */
export interface ApprovalAnswered {
  type: "approval_answered";
  session_id: string;
  seq: number;
  approval_id: string;
  user_id: string;
  answer: Outcome;
  by: string;
  comment?: string;
  timestamp: string;
}
/**
 * A prompt waits for an agent, behind those that do already.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentPrompted".
 */
export interface AgentPrompted {
  type: "agent_prompted";
  session_id: string;
  seq: number;
  prompt: Prompt;
  timestamp: string;
}
/**
 * A prompt that waits for its turn, or whose turn it is.
 *
 * `message_id` is the chat message that it was written in, if it was.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Prompt".
 */
export interface Prompt {
  id: string;
  agent_id: string;
  user_id: string;
  username: string;
  text: string;
  message_id?: string;
  state?: PromptState;
  asked_at: string;
}
/**
 * A prompt's turn has begun, is being stopped or is over, or it was cancelled before.
 *
 * `by` is who did that: the agent, a person, or the server.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PromptChanged".
 */
export interface PromptChanged {
  type: "prompt_changed";
  session_id: string;
  seq: number;
  prompt_id: string;
  agent_id: string;
  state: PromptState1;
  by: string;
  reason?: string;
  timestamp: string;
}
/**
 * A text is shared.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentShared".
 */
export interface DocumentShared {
  type: "document_shared";
  session_id: string;
  seq: number;
  document: SharedDocument;
  username: string;
  timestamp: string;
}
/**
 * A text that is shared in the session.
 *
 * Attributes:
 *     id: Its id, the same through renames and renewals.
 *     file: The path by which it was shared, or that it was renamed to.
 *     generation: The unbroken history that its updates belong to; another one is never merged.
 *     shared_by: The user who shared it.
 *     hash: The hash of the text that the generation began with.
 *     lines: How many lines that text had.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SharedDocument".
 */
export interface SharedDocument {
  id: string;
  file: string;
  generation: string;
  shared_by: string;
  hash: string;
  lines: number;
}
/**
 * A document is no longer shared; everybody keeps the text that their editor has.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentUnshared".
 */
export interface DocumentUnshared {
  type: "document_unshared";
  session_id: string;
  seq: number;
  document_id: string;
  file: string;
  user_id: string;
  username: string;
  timestamp: string;
}
/**
 * A shared document has another file name.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentRenamed".
 */
export interface DocumentRenamed {
  type: "document_renamed";
  session_id: string;
  seq: number;
  document_id: string;
  file: string;
  old_file: string;
  user_id: string;
  username: string;
  timestamp: string;
}
/**
 * The text of a document goes on in a new generation, unchanged: open it again.
 *
 * `hash` and `lines` are those of the text that the generation begins with.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentRenewed".
 */
export interface DocumentRenewed {
  type: "document_renewed";
  session_id: string;
  seq: number;
  document_id: string;
  generation: string;
  old_generation: string;
  hash: string;
  lines: number;
  timestamp: string;
}
/**
 * A host ended the session; the connections are closed with 4411.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SessionEnded".
 */
export interface SessionEnded {
  type: "session_ended";
  session_id: string;
  seq: number;
  ended_by: string;
  timestamp: string;
}
/**
 * The lines of a participant's cursor since a moment, both inclusive.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CursorTrail".
 */
export interface CursorTrail {
  file: string;
  start_line: number;
  end_line: number;
  since: string;
}
/**
 * A participant's edits of a shared document within a minute, in characters.
 *
 * `file` is its name at the last of them; it may have another one since.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentEdit".
 */
export interface DocumentEdit {
  document_id: string;
  file: string;
  inserted: number;
  deleted: number;
  since: string;
}
/**
 * Start a thread on a line.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AddComment".
 */
export interface AddComment {
  type: "add_comment";
  session_id: string;
  request_id?: string;
  data: CommentData;
}
/**
 * A comment's lines and its text.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CommentData".
 */
export interface CommentData {
  file: string;
  line: number;
  end_line?: number;
  column?: number;
  end_column?: number;
  code_snippet?: string;
  /**
   * @maxItems 5
   */
  context_before?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  /**
   * @maxItems 5
   */
  context_after?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  /**
   * @maxItems 5
   */
  scope?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  occurrence?: number;
  occurrences?: number;
  sketch_before?: string;
  sketch_after?: string;
  lookalikes?: string;
  document_id?: string;
  generation?: string;
  /**
   * @minItems 3
   * @maxItems 3
   */
  start?: [unknown, unknown, unknown];
  /**
   * @minItems 3
   * @maxItems 3
   */
  end?: [unknown, unknown, unknown];
  content: string;
  /**
   * @maxItems 50
   */
  mentions?: string[];
}
/**
 * `peerline.addComment`: on lines `line` to `end_line`, 0-based.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AddCommentArguments".
 */
export interface AddCommentArguments {
  uri: string;
  line: number;
  end_line?: number;
  content: string;
}
/**
 * The activity of an agent, whole: it replaces what was known.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentActivity".
 */
export interface AgentActivity {
  state: AgentState;
  doing?: string;
  tool?: AgentTool;
  /**
   * @maxItems 50
   */
  plan?: PlanEntry[];
  usage?: AgentUsage;
  health?: number;
  /**
   * @maxItems 10
   */
  health_reasons?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string]
    | [string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string];
  model?: string;
  answer?: string;
}
/**
 * The tool call that an agent is at, or was at last.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentTool".
 */
export interface AgentTool {
  id: string;
  name: string;
  kind?: ToolKind1;
  status: "pending" | "running" | "completed" | "failed" | "denied";
  title?: string;
}
/**
 * The agent, and the token that it joins with until `expires_at`; it is renewed in time.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentCreated".
 */
export interface AgentCreated {
  type: "agent_created";
  session_id: string;
  request_id?: string;
  user: User;
  auth_token: string;
  expires_at: string;
}
/**
 * The current activity of an agent, whole. It is ephemeral.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AgentUpdated".
 */
export interface AgentUpdated {
  type: "agent_update";
  session_id: string;
  user_id: string;
  data: AgentActivity;
}
/**
 * The lines that a comment belongs to.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AnchorData".
 */
export interface AnchorData {
  file: string;
  line: number;
  end_line?: number;
  column?: number;
  end_column?: number;
  code_snippet?: string;
  /**
   * @maxItems 5
   */
  context_before?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  /**
   * @maxItems 5
   */
  context_after?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  /**
   * @maxItems 5
   */
  scope?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string];
  occurrence?: number;
  occurrences?: number;
  sketch_before?: string;
  sketch_after?: string;
  lookalikes?: string;
  document_id?: string;
  generation?: string;
  /**
   * @minItems 3
   * @maxItems 3
   */
  start?: [unknown, unknown, unknown];
  /**
   * @minItems 3
   * @maxItems 3
   */
  end?: [unknown, unknown, unknown];
}
/**
 * Answer an agent. What is allowed is named by its `digest`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AnswerApproval".
 */
export interface AnswerApproval {
  type: "answer_approval";
  session_id: string;
  request_id?: string;
  approval_id: string;
  answer: Choice;
  digest?: string;
  comment?: string;
}
/**
 * `peerline.answerApproval`: to allow, with the `digest` of what the user has seen.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AnswerApprovalArguments".
 */
export interface AnswerApprovalArguments {
  approval_id: string;
  answer: Choice;
  digest?: string;
  comment?: string;
}
/**
 * `peerline.answerDocument`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AnswerDocumentArguments".
 */
export interface AnswerDocumentArguments {
  uri: string;
  choice: DocumentChoice;
}
/**
 * Admit a user who waits, or decline the request.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AnswerJoin".
 */
export interface AnswerJoin {
  type: "answer_join";
  session_id: string;
  request_id?: string;
  user_id: string;
  allow: boolean;
}
/**
 * `peerline.answerJoin`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AnswerJoinArguments".
 */
export interface AnswerJoinArguments {
  user_id: string;
  allow: boolean;
}
/**
 * `peerline.applySuggestion`: one of the suggestions of a comment or a reply, from 0.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ApplySuggestionArguments".
 */
export interface ApplySuggestionArguments {
  comment_id: string;
  index?: number;
}
/**
 * `peerline/applying`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ApplyingEdit".
 */
export interface ApplyingEdit {
  id: number;
}
/**
 * `peerline.getApproval`; the answer is an `EditorApproval` with all of its detail.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ApprovalArguments".
 */
export interface ApprovalArguments {
  approval_id: string;
}
/**
 * A question of an agent; without `digest` it is that of the `detail`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ApprovalQuestion".
 */
export interface ApprovalQuestion {
  title: string;
  tool?: string;
  detail?: string;
  /**
   * @maxItems 20
   */
  files?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string]
    | [string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string, string, string]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ];
  /**
   * @minItems 1
   * @maxItems 2
   */
  options?: [Choice] | [Choice, Choice];
  expires_in?: number;
  digest?: string;
}
/**
 * The invite that a participant came by.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Arrival".
 */
export interface Arrival {
  user_id: string;
  invite_id: string;
}
/**
 * For agents: may I do this? The event of it is `approval_asked`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "AskApproval".
 */
export interface AskApproval {
  type: "ask_approval";
  session_id: string;
  request_id?: string;
  data: ApprovalQuestion;
}
/**
 * A user who cannot come back by any invite.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Ban".
 */
export interface Ban {
  user_id: string;
  username: string;
  banned_at: string;
}
/**
 * The authors of a text, from its start on, with lengths in UTF-16 code units.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Blame".
 */
export interface Blame {
  type: "blame";
  session_id: string;
  request_id?: string;
  document_id: string;
  generation: string;
  runs: [unknown, unknown][];
}
/**
 * `peerline.blame`, for an open shared document; the answer is an `EditorBlame`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "BlameArguments".
 */
export interface BlameArguments {
  uri: string;
}
/**
 * A piece of the text with its author.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "BlameRun".
 */
export interface BlameRun {
  range: Range;
  user_id: string;
  username: string;
  color: number;
}
/**
 * LSP Range; the end is exclusive.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Range".
 */
export interface Range {
  start: Position;
  end: Position;
}
/**
 * LSP Position.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Position".
 */
export interface Position {
  line: number;
  character: number;
}
/**
 * Take a prompt that waits out of the queue: one of mine, of my agent, or as a host.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CancelPrompt".
 */
export interface CancelPrompt {
  type: "cancel_prompt";
  session_id: string;
  request_id?: string;
  prompt_id: string;
}
/**
 * `peerline.cancelPrompt`: takes a prompt out of the queue; one under way is stopped.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CancelPromptArguments".
 */
export interface CancelPromptArguments {
  prompt_id: string;
}
/**
 * Be called something else in this session from now on.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ChangeName".
 */
export interface ChangeName {
  type: "change_name";
  session_id: string;
  request_id?: string;
  name: string;
}
/**
 * `peerline.changeName`: in the session at hand and in those that are joined from now on.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ChangeNameArguments".
 */
export interface ChangeNameArguments {
  username: string;
}
/**
 * Give a participant another role; it holds at once on all of their connections.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ChangeRole".
 */
export interface ChangeRole {
  type: "change_role";
  session_id: string;
  request_id?: string;
  user_id: string;
  role: Role;
}
/**
 * `peerline.changeRole`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ChangeRoleArguments".
 */
export interface ChangeRoleArguments {
  user_id: string;
  role: Role;
}
/**
 * Compare my text with yours; the answer is `document_checked`.
 *
 * It is answered only if the server is at this state vector: otherwise something is under way.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CheckDocument".
 */
export interface CheckDocument {
  type: "document_check";
  session_id: string;
  request_id?: string;
  document_id: string;
  state: string;
  hash: string;
}
/**
 * The program that joins, for the server's log.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ClientInfo".
 */
export interface ClientInfo {
  name: string;
  version?: string;
}
/**
 * Sign in and join: with a token, with an invite (as a guest), or with both.
 *
 * With `create` and the token of an account, a session that does not exist is created first, and
 * the account is its host. If it exists, `create` changes nothing: the join may be repeated.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "JoinSession".
 */
export interface JoinSession {
  type: "join_session";
  session_id: string;
  request_id?: string;
  auth_token?: string;
  invite?: string;
  username?: string;
  client?: ClientInfo;
  resume?: ResumePoint;
  create?: SessionToCreate;
}
/**
 * The last event that a client has, in which unbroken sequence.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ResumePoint".
 */
export interface ResumePoint {
  epoch: string;
  seq: number;
}
/**
 * The first state of a session that a join creates.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SessionToCreate".
 */
export interface SessionToCreate {
  title?: string;
}
/**
 * Leave; the server acknowledges and closes the socket with 1000.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "LeaveSession".
 */
export interface LeaveSession {
  type: "leave_session";
  session_id: string;
  request_id?: string;
}
/**
 * My cursor moved or my selection changed; without `data` it is in no file of the session.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CursorUpdate".
 */
export interface CursorUpdate {
  type: "cursor_update";
  session_id: string;
  request_id?: string;
  data?: CursorData;
}
/**
 * The cursor and the selection; without one, nothing is selected.
 *
 * `at` is the cursor in a shared document; it is passed on as it is. `cell` is the number of a
 * notebook's cell, in which the lines and columns are.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CursorData".
 */
export interface CursorData {
  file: string;
  line: number;
  column: number;
  selection?: SelectionData;
  at?: DocumentCursor;
  cell?: number;
}
/**
 * A selected range in the cursor's file; the end is exclusive.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SelectionData".
 */
export interface SelectionData {
  start_line: number;
  start_column: number;
  end_line: number;
  end_column: number;
}
/**
 * A cursor in a shared document; without `anchor` nothing is selected.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentCursor".
 */
export interface DocumentCursor {
  document_id: string;
  /**
   * @minItems 3
   * @maxItems 3
   */
  head: [unknown, unknown, unknown];
  /**
   * @minItems 3
   * @maxItems 3
   */
  anchor?: [unknown, unknown, unknown];
}
/**
 * My status or viewport changed; what is absent stays as it was.
 *
 * `typing_in` goes with the status `typing`: a message for the chat is being written, not a file.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PresenceUpdate".
 */
export interface PresenceUpdate {
  type: "presence_update";
  session_id: string;
  request_id?: string;
  status?: Status;
  typing_in?: "chat";
  viewport?: ViewportData;
}
/**
 * The lines that my editor shows, both inclusive.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ViewportData".
 */
export interface ViewportData {
  file: string;
  start_line: number;
  end_line: number;
}
/**
 * Say something to everybody; `parent_id` answers a message.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SendChatMessage".
 */
export interface SendChatMessage {
  type: "chat_message";
  session_id: string;
  request_id?: string;
  content: string;
  /**
   * @maxItems 50
   */
  mentions?: string[];
  parent_id?: string;
}
/**
 * Answer in a thread.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ReplyComment".
 */
export interface ReplyComment {
  type: "reply_comment";
  session_id: string;
  request_id?: string;
  comment_id: string;
  content: string;
  /**
   * @maxItems 50
   */
  mentions?: string[];
}
/**
 * Resolve a thread, or with `resolved: false` reopen it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ResolveComment".
 */
export interface ResolveComment {
  type: "resolve_comment";
  session_id: string;
  request_id?: string;
  comment_id: string;
  resolved?: boolean;
}
/**
 * Attach a thread to other lines, in the same file or in another.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ReattachComment".
 */
export interface ReattachComment {
  type: "reattach_comment";
  session_id: string;
  request_id?: string;
  comment_id: string;
  data: AnchorData;
}
/**
 * Change what is known of the session, such as the token count of an AI coding session.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "UpdateSession".
 */
export interface UpdateSession {
  type: "update_session";
  session_id: string;
  request_id?: string;
  changes: SessionChanges;
}
/**
 * Remove a participant from the session.
 *
 * No invite that exists now readmits them; with `ban` no invite does at all, until the ban is
 * lifted. With `revoke_invite` the link that they came by is revoked as well.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RemoveParticipant".
 */
export interface RemoveParticipant {
  type: "remove_participant";
  session_id: string;
  request_id?: string;
  user_id: string;
  ban?: boolean;
  revoke_invite?: boolean;
}
/**
 * Change what I wrote: `message_id` is that of a chat message, a comment or a reply.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditMessage".
 */
export interface EditMessage {
  type: "edit_message";
  session_id: string;
  request_id?: string;
  message_id: string;
  content: string;
  /**
   * @maxItems 50
   */
  mentions?: string[];
}
/**
 * Delete what I wrote, or as a host what anybody wrote; `message_id` as in `edit_message`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DeleteMessage".
 */
export interface DeleteMessage {
  type: "delete_message";
  session_id: string;
  request_id?: string;
  message_id: string;
}
/**
 * Add my reaction, or with `remove` take it back; `message_id` as in `edit_message`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "React".
 */
export interface React {
  type: "react";
  session_id: string;
  request_id?: string;
  message_id: string;
  emoji: string;
  remove?: boolean;
}
/**
 * A file of my workspace changed.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TellFileEvent".
 */
export interface TellFileEvent {
  type: "file_event";
  session_id: string;
  request_id?: string;
  data: FileEventData;
}
/**
 * For agents: I do this now. Only the latest is passed on, as with presence.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TellAgentUpdate".
 */
export interface TellAgentUpdate {
  type: "agent_update";
  session_id: string;
  request_id?: string;
  data: AgentActivity;
}
/**
 * For agents: something that is to be kept.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TellAgentEvent".
 */
export interface TellAgentEvent {
  type: "agent_event";
  session_id: string;
  request_id?: string;
  data: PromptGiven | TurnEnded | ToolCallDone | PlanChanged | AgentNote;
}
/**
 * For agents: my question is settled elsewhere.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "WithdrawApproval".
 */
export interface WithdrawApproval {
  type: "withdraw_approval";
  session_id: string;
  request_id?: string;
  approval_id: string;
}
/**
 * Give a shared agent a prompt; its policy says who may.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PromptAgent".
 */
export interface PromptAgent {
  type: "prompt_agent";
  session_id: string;
  request_id?: string;
  agent_id: string;
  text: string;
}
/**
 * Stop the turn of a shared agent: the one of this prompt, or else any.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "StopAgent".
 */
export interface StopAgent {
  type: "stop_agent";
  session_id: string;
  request_id?: string;
  agent_id: string;
  prompt_id?: string;
}
/**
 * For agents: I begin with this prompt, the first one that waits, or I am done with it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TellPrompt".
 */
export interface TellPrompt {
  type: "prompt_update";
  session_id: string;
  request_id?: string;
  prompt_id: string;
  state: "running" | "done";
  reason?: string;
}
/**
 * End the session for everyone; nobody comes back into it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EndSession".
 */
export interface EndSession {
  type: "end_session";
  session_id: string;
  request_id?: string;
}
/**
 * Ask everybody to come to where the host is; whether they do is for their editors to say.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Summon".
 */
export interface Summon {
  type: "summon";
  session_id: string;
  request_id?: string;
}
/**
 * Go on with a newer token of the same user, before the one I signed in with expires.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RenewToken".
 */
export interface RenewToken {
  type: "renew_token";
  session_id: string;
  request_id?: string;
  auth_token: string;
}
/**
 * Share a text of mine: from now on everybody may open it and editors may write in it.
 *
 * A text without `content` follows this message at once, as one binary frame on channel 0.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ShareDocument".
 */
export interface ShareDocument {
  type: "share_document";
  session_id: string;
  request_id?: string;
  data: ShareDocumentData;
}
/**
 * A file of mine with its text; without `content` the text follows in a binary frame.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ShareDocumentData".
 */
export interface ShareDocumentData {
  file: string;
  content?: string;
}
/**
 * End the sharing of a document, for everybody; for hosts, and for the user who shared it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "UnshareDocument".
 */
export interface UnshareDocument {
  type: "unshare_document";
  session_id: string;
  request_id?: string;
  document_id: string;
}
/**
 * The file of a shared document that I have open has another name now.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RenameDocument".
 */
export interface RenameDocument {
  type: "rename_document";
  session_id: string;
  request_id?: string;
  document_id: string;
  file: string;
}
/**
 * I saved my file of a shared document, with the text of this hash.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TellDocumentSaved".
 */
export interface TellDocumentSaved {
  type: "document_saved";
  session_id: string;
  request_id?: string;
  document_id: string;
  hash: string;
}
/**
 * The chat before the event `before`, or the latest of it; the answer is `history`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "GetHistory".
 */
export interface GetHistory {
  type: "get_history";
  session_id: string;
  request_id?: string;
  before?: number;
  limit?: number;
}
/**
 * Threads, of one file or all, open or resolved or both; the answer is `comments`.
 *
 * `after` is the id of the last thread of the page before.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "GetComments".
 */
export interface GetComments {
  type: "get_comments";
  session_id: string;
  request_id?: string;
  file?: string;
  resolved?: boolean;
  after?: string;
  limit?: number;
}
/**
 * Chat messages, comments and replies with all these words; the answer is `search_results`.
 *
 * The last word may be the beginning of one. The newest come first, before the event `before`.
 * With `agents` the events of agents are searched as well.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Search".
 */
export interface Search {
  type: "search";
  session_id: string;
  request_id?: string;
  query: string;
  before?: number;
  limit?: number;
  agents?: boolean;
}
/**
 * Ask for the activity, newest first; the answer is `activity`.
 *
 * `types` are those of durable events, `cursor_trail` and `document_edited`; all of them if it is
 * empty. `since` is inclusive, `until` exclusive. `before` is the `next` of the page before.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "GetActivity".
 */
export interface GetActivity {
  type: "get_activity";
  session_id: string;
  request_id?: string;
  /**
   * @maxItems 20
   */
  types?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string]
    | [string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string, string, string]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ];
  user_id?: string;
  since?: string;
  until?: string;
  before?: string;
  limit?: number;
}
/**
 * Ask for invites, bans and the users who wait for a host; the answer is `moderation`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "GetModeration".
 */
export interface GetModeration {
  type: "get_moderation";
  session_id: string;
  request_id?: string;
}
/**
 * Make an invite; the answer is `invite_created`, the only place where its code ever is.
 *
 * `expires_in` is in seconds. Sent again with the same `request_id` it gives the same invite.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CreateInvite".
 */
export interface CreateInvite {
  type: "create_invite";
  session_id: string;
  request_id: string;
  role?: Role1;
  expires_in?: number;
  max_uses?: number;
}
/**
 * Revoke an invite: nobody can join with it any more.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RevokeInvite".
 */
export interface RevokeInvite {
  type: "revoke_invite";
  session_id: string;
  request_id?: string;
  invite_id: string;
}
/**
 * Let a banned user come back with an invite.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "LiftBan".
 */
export interface LiftBan {
  type: "lift_ban";
  session_id: string;
  request_id?: string;
  user_id: string;
}
/**
 * Make an account for an agent of mine; the answer is `agent_created`.
 *
 * Its role is at most mine, and never that of a host; without `role` it is an editor. Sent again
 * with the same `request_id` it gives the same account, and so does the name and product of an
 * agent of mine that is not here. `agent_policy` lets others answer its questions, too. With
 * `prompt_policy` the session can prompt it: I, and those who are named.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CreateAgent".
 */
export interface CreateAgent {
  type: "create_agent";
  session_id: string;
  request_id: string;
  name: string;
  product: string;
  model?: string;
  role?: Role2;
  agent_policy?: Answerers;
  prompt_policy?: Answerers;
}
/**
 * Ask for an open question whole; the answer is `approval`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "GetApproval".
 */
export interface GetApproval {
  type: "get_approval";
  session_id: string;
  request_id: string;
  approval_id: string;
}
/**
 * Open a shared document: the answer is `document_opened`, then one frame with what I lack.
 *
 * `state` is how far I know `generation`; without it the whole document is sent. A generation
 * that the document was renewed from can be read for 30 days, so that what I wrote meanwhile can
 * be brought into the present one. For one that is gone the answer is GENERATION_MISMATCH.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "OpenDocument".
 */
export interface OpenDocument {
  type: "open_document";
  session_id: string;
  request_id?: string;
  document_id: string;
  generation?: string;
  state?: string;
}
/**
 * Send me no more of this document.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CloseDocument".
 */
export interface CloseDocument {
  type: "close_document";
  session_id: string;
  request_id?: string;
  document_id: string;
}
/**
 * Ask who wrote what; the answer is `blame`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "GetBlame".
 */
export interface GetBlame {
  type: "get_blame";
  session_id: string;
  request_id?: string;
  document_id: string;
}
/**
 * Offer the files of my folder, or tell that they have changed.
 *
 * The offer ends with this connection, or with `withdraw_files`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "OfferFiles".
 */
export interface OfferFiles {
  type: "offer_files";
  session_id: string;
  request_id?: string;
  data: OfferData;
}
/**
 * The name of the folder, for people, and the number of its files.
 *
 * `version` is another number whenever the files have changed, so that others look again. `is_cut`
 * says that the folder has more files than are offered.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "OfferData".
 */
export interface OfferData {
  name: string;
  files: number;
  version?: number;
  is_cut?: boolean;
}
/**
 * Offer them no longer; documents that are shared stay so.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "WithdrawFiles".
 */
export interface WithdrawFiles {
  type: "withdraw_files";
  session_id: string;
  request_id?: string;
}
/**
 * Ask for a folder of what is offered; the answer is `tree`.
 *
 * `after` is the `next` of the page before. Of several offers the one of `user_id` is meant, or
 * else that of the host, or of the one who is here longest.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "GetTree".
 */
export interface GetTree {
  type: "get_tree";
  session_id: string;
  request_id?: string;
  path?: string;
  after?: string;
  user_id?: string;
}
/**
 * Have an offered file shared, if it is not yet; the answer is `file_opened`.
 *
 * The offer is found as for `get_tree`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "OpenFile".
 */
export interface OpenFile {
  type: "open_file";
  session_id: string;
  request_id?: string;
  file: string;
  user_id?: string;
}
/**
 * The answer to `tree_wanted`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "GiveTree".
 */
export interface GiveTree {
  type: "tree_given";
  session_id: string;
  request_id?: string;
  id: string;
  /**
   * @maxItems 500
   */
  entries: TreeEntry[];
  next?: string;
}
/**
 * An entry of a folder; `size` is that of a file, in bytes.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TreeEntry".
 */
export interface TreeEntry {
  name: string;
  kind: EntryKind;
  size?: number;
}
/**
 * The answer to `file_wanted`: the document that the file is shared as.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "GiveFile".
 */
export interface GiveFile {
  type: "file_given";
  session_id: string;
  request_id?: string;
  id: string;
  document_id: string;
}
/**
 * The answer to `tree_wanted` or `file_wanted`: it is not given.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RefuseFile".
 */
export interface RefuseFile {
  type: "file_refused";
  session_id: string;
  request_id?: string;
  id: string;
  reason: RefusalReason;
}
/**
 * Let everybody who may comment write in my draft. It is acknowledged.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ShareDraft".
 */
export interface ShareDraft {
  type: "share_draft";
  session_id: string;
  request_id?: string;
  data: DraftData;
}
/**
 * A draft of mine, with its text: a reply has `comment_id`, a comment has `anchor`.
 *
 * I choose the id, so that the same draft is never there twice.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DraftData".
 */
export interface DraftData {
  id: string;
  content?: string;
  comment_id?: string;
  anchor?: AnchorData;
}
/**
 * A draft is sent or discarded: nobody writes in it any more; for its author, and for hosts.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EndDraft".
 */
export interface EndDraft {
  type: "end_draft";
  session_id: string;
  request_id?: string;
  draft_id: string;
}
/**
 * The `data` of a refused command's JSON-RPC error.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CommandFailure".
 */
export interface CommandFailure {
  error_code: ErrorCode | string;
}
/**
 * Threads in the order of their creation, and whether there are more after them.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Comments".
 */
export interface Comments {
  type: "comments";
  session_id: string;
  request_id?: string;
  comments: Comment[];
  has_more: boolean;
}
/**
 * The first message after a successful join.
 *
 * With `resumed` false this is the snapshot at `seq`: replace everything. With `resumed` true,
 * `participants`, `comments`, `messages`, `file_events`, `documents`, `approvals` and `prompts`
 * are empty: the events after the resume point up to `seq` follow as ordinary messages, and then a
 * `presence_update` for each participant.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Connected".
 */
export interface Connected {
  type: "connected";
  session_id: string;
  user: User;
  role: Role;
  connection_id: string;
  session: SessionInfo;
  participants?: Participant[];
  comments?: Comment[];
  messages?: ChatMessage[];
  file_events?: FileEvent[];
  documents?: SharedDocument[];
  offers?: FileOffer[];
  drafts?: SharedDraft[];
  approvals?: Approval[];
  prompts?: Prompt[];
  seq: number;
  epoch: string;
  resumed?: boolean;
  limits: Limits;
  has_page?: boolean;
  auth_token?: string;
}
/**
 * The session itself.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SessionInfo".
 */
export interface SessionInfo {
  id: string;
  title: string;
  created_at: string;
  status?: string;
  token_count?: number;
  token_limit?: number;
  cost?: number;
  health_score?: number;
  model?: string;
  context?: {
    [k: string]: string;
  };
  join_approval?: boolean;
  ended_at?: string;
}
/**
 * A user who is in the session now.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Participant".
 */
export interface Participant {
  id: string;
  username: string;
  avatar?: string;
  role: Role;
  kind?: UserKind;
  agent?: AgentInfo;
  joined_at: string;
  presence?: Presence;
  activity?: AgentActivity;
}
/**
 * The latest ephemeral state of one participant. Fields that are absent are not known.
 *
 * `documents` are the ids of the shared documents that they have open, as the server knows it.
 */
export interface Presence {
  status?: Status1;
  typing_in?: "chat";
  cursor?: Cursor;
  selection?: Selection;
  viewport?: Viewport;
  documents?: string[];
}
/**
 * A cursor's position: a 1-based line and a 1-based UTF-16 column.
 *
 * `at` is the same in a shared document, where it moves with the text. In a notebook `cell` is the
 * 1-based number of the cell, and the line is one of that.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Cursor".
 */
export interface Cursor {
  file: string;
  line: number;
  col: number;
  at?: DocumentCursor;
  cell?: number;
}
/**
 * A selected range in the cursor's file; the end is exclusive and never before the start.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Selection".
 */
export interface Selection {
  start_line: number;
  start_column: number;
  end_line: number;
  end_column: number;
}
/**
 * The lines that an editor shows, both inclusive.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Viewport".
 */
export interface Viewport {
  file: string;
  start: number;
  end: number;
}
/**
 * A participant's offer: the name of the folder, and how many files it has.
 *
 * `version` is another number whenever the files have changed. `is_cut` says that the folder has
 * more files than are offered.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "FileOffer".
 */
export interface FileOffer {
  user_id: string;
  username: string;
  name: string;
  files: number;
  version?: number;
  is_cut?: boolean;
}
/**
 * A comment or reply that its author lets others write in.
 *
 * Attributes:
 *     id: Its id, by which it is opened as a document.
 *     generation: The unbroken history that its updates belong to.
 *     user_id: The author, who sends it.
 *     username: The author's name.
 *     comment_id: The thread that a reply is for.
 *     anchor: The lines that a comment is about.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SharedDraft".
 */
export interface SharedDraft {
  id: string;
  generation: string;
  user_id: string;
  username: string;
  comment_id?: string;
  anchor?: Anchor;
}
/**
 * The server's limits that a client should know.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Limits".
 */
export interface Limits {
  max_message_bytes: number;
  max_content_chars: number;
  messages_per_minute: number;
  presence_interval_ms: number;
  snapshot_messages: number;
  heartbeat_seconds: number;
}
/**
 * `peerline.createInvite`: `expires_in` is in seconds; the server's defaults for the rest.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "CreateInviteArguments".
 */
export interface CreateInviteArguments {
  role?: Role3;
  expires_in?: number;
  max_uses?: number;
}
/**
 * `peerline.deleteMessage`: as `peerline.editMessage`; hosts delete what anybody wrote.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DeleteMessageArguments".
 */
export interface DeleteMessageArguments {
  message_id: string;
}
/**
 * Whether the texts are equal.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentChecked".
 */
export interface DocumentChecked {
  type: "document_checked";
  session_id: string;
  request_id?: string;
  document_id: string;
  equal: boolean;
}
/**
 * The server has closed a document on this connection, and why.
 *
 * With UPDATE_REFUSED three updates of this connection were refused; with PERMISSION_DENIED, or
 * without a code, the role has changed: open it again.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentClosed".
 */
export interface DocumentClosed {
  type: "document_closed";
  session_id: string;
  document_id: string;
  channel: number;
  error_code?: ErrorCode;
  message: string;
}
/**
 * LSP TextDocumentIdentifier with the version that the position belongs to.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentId".
 */
export interface DocumentId {
  uri: string;
  version?: number;
}
/**
 * A document is open on this connection.
 *
 * Attributes:
 *     channel: The number that its binary frames begin with, on this connection.
 *     client_id: The Yjs client id under which this connection writes.
 *     clock: The end of the structs of that client.
 *     can_edit: Whether updates of this connection are taken.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentOpened".
 */
export interface DocumentOpened {
  type: "document_opened";
  session_id: string;
  request_id?: string;
  document_id: string;
  generation: string;
  channel: number;
  client_id: number;
  clock: number;
  can_edit: boolean;
}
/**
 * A participant who has a shared document open.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentReader".
 */
export interface DocumentReader {
  user_id: string;
  username: string;
  color: number;
}
/**
 * Somebody saved their file of a shared document. It is ephemeral.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentSaved".
 */
export interface DocumentSaved {
  type: "document_saved";
  session_id: string;
  document_id: string;
  hash: string;
  user_id: string;
  username: string;
  timestamp: string;
}
/**
 * A document of the editor.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DocumentUri".
 */
export interface DocumentUri {
  uri: string;
}
/**
 * The drafts that people write together, instead of those before. It is ephemeral.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "DraftsShared".
 */
export interface DraftsShared {
  type: "drafts_shared";
  session_id: string;
  drafts: SharedDraft[];
}
/**
 * The answer to `peerline/edit`: whether it was made, and the document's version now.
 *
 * With `later` the editor is in a mode in which text of others would do harm (a selection, a
 * pending operator): it sends `peerline/ready` when that ends.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditAnswer".
 */
export interface EditAnswer {
  applied: boolean;
  version: number;
  later?: boolean;
}
/**
 * `peerline.editMessage`: a chat message, a comment or a reply of mine.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditMessageArguments".
 */
export interface EditMessageArguments {
  message_id: string;
  content: string;
}
/**
 * An AI agent among the participants: its owner, what it does, and what that takes.
 *
 * What is absent is not known. `context_percent` is how full its context is; the cost is in
 * `currency`; `health` is from 0 to 100, with the reasons why it is not 100. Only an agent that
 * the session may prompt has a `queue`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorAgent".
 */
export interface EditorAgent {
  owner: string;
  product: string;
  model?: string;
  state?: AgentState;
  doing?: string;
  plan?: EditorPlanEntry[];
  context_percent?: number;
  cost?: number;
  currency?: string;
  health?: number;
  health_reasons?: string[];
  queue?: EditorQueue;
}
/**
 * A step of an agent's plan.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorPlanEntry".
 */
export interface EditorPlanEntry {
  text: string;
  status: "pending" | "in_progress" | "completed";
}
/**
 * The prompts of a shared agent, oldest first, and what this user may do about them.
 *
 * `may_stop` is only true while a turn is under way that is not being stopped yet.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorQueue".
 */
export interface EditorQueue {
  prompts?: EditorPrompt[];
  may_prompt?: boolean;
  may_stop?: boolean;
}
/**
 * A prompt that waits for its turn, or whose turn it is.
 *
 * `text` is its beginning, in one line. With `may_cancel` this user may take it out of the queue,
 * or have its turn stopped.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorPrompt".
 */
export interface EditorPrompt {
  id: string;
  user_id: string;
  username: string;
  text: string;
  state: PromptState1;
  may_cancel?: boolean;
}
/**
 * `peerline/agentWork`: the turn that an agent is at, or was at last.
 *
 * Its texts are the agent's: show them as text. They are one message at a time: with `is_whole`
 * the `events` replace what was known, else they are new ones and go behind it. They are those of
 * the kinds `prompt`, `tool_call` and `turn_end`, oldest first; each `prompt` begins a turn. All
 * else is the latest state, and absent if it is not known.
 *
 * Attributes:
 *     agent_id: The agent.
 *     is_whole: Whether these are all events of the turn.
 *     events: Its events.
 *     tool: The call that it is at, or was at last.
 *     usage: Tokens and cost so far.
 *     answer: The end of the answer that is being written.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorAgentWork".
 */
export interface EditorAgentWork {
  agent_id: string;
  is_whole?: boolean;
  events?: AgentEvent[];
  tool?: AgentTool;
  usage?: AgentUsage;
  answer?: string;
}
/**
 * What the editor answers to each request.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorAnswers".
 */
export interface EditorAnswers {
  "peerline/edit": EditAnswer;
  "peerline/text": TextAnswer;
}
/**
 * The answer to `peerline/text`: the buffer's text with LF line ends, at a version.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TextAnswer".
 */
export interface TextAnswer {
  version: number;
  text: string;
}
/**
 * A question of an AI agent that is open: may it do this?
 *
 * Its texts are the agent's: show them as text. With `is_cut` the `detail` is only its beginning,
 * and there is no `digest`: `peerline.getApproval` gives both. Show all of it before the user
 * allows it.
 *
 * Attributes:
 *     id: Its id, for commands.
 *     user_id: The agent.
 *     username: The agent's name.
 *     color: The agent's color.
 *     owner: The name of the agent's owner.
 *     title: What it wants to do.
 *     tool: The tool that it wants to call.
 *     detail: The call, such as the command.
 *     is_cut: Whether there is more detail.
 *     digest: The proof of what is allowed, for the answer.
 *     files: The files that it is about, relative to the workspace.
 *     options: The answers that it takes.
 *     asked_at: When it asked (ISO 8601).
 *     expires_at: When it asks no longer (ISO 8601).
 *     may_answer: Whether this user may answer.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorApproval".
 */
export interface EditorApproval {
  id: string;
  user_id: string;
  username: string;
  color: number;
  owner: string;
  title: string;
  tool?: string;
  detail?: string;
  is_cut?: boolean;
  digest?: string;
  files?: string[];
  options: Choice[];
  asked_at: string;
  expires_at: string;
  may_answer?: boolean;
}
/**
 * `peerline/approvals`: the open questions of agents, all, the oldest first.
 *
 * `closed` are those that have been closed since the list before.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorApprovals".
 */
export interface EditorApprovals {
  approvals: EditorApproval[];
  closed?: EditorClosedApproval[];
}
/**
 * A question that has just been closed.
 *
 * Attributes:
 *     id: Its id.
 *     answer: The answer, or why there is none.
 *     is_mine: Whether this user gave it, in this editor or another one.
 *     text: What happened, as a sentence without a full stop.
 *     comment: The remark of the person who answered.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorClosedApproval".
 */
export interface EditorClosedApproval {
  id: string;
  answer: Outcome;
  is_mine?: boolean;
  text: string;
  comment?: string;
}
/**
 * The authors of the text, at this version of the editor's document.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorBlame".
 */
export interface EditorBlame {
  version: number;
  runs: BlameRun[];
}
/**
 * `peerline/chat`: messages to append; with `reset`, to show instead of what is there.
 *
 * With `prepend` they are older than those that are shown. `has_more` comes with both: whether
 * `peerline.loadHistory` may bring older ones. `removed` are ids of pending messages that are to
 * be taken away: they were sent, and come as messages, or were discarded.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorChat".
 */
export interface EditorChat {
  reset?: boolean;
  prepend?: boolean;
  has_more?: boolean;
  messages: EditorChatMessage[];
  removed?: string[];
}
/**
 * One line of the chat; kind "system" reports joins, leaves and changes.
 *
 * One with the `id` of a message that is shown replaces it. A deleted one has no content.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorChatMessage".
 */
export interface EditorChatMessage {
  id: string;
  kind: "chat" | "system";
  user_id: string;
  username: string;
  color: number;
  content: string;
  mentions?: string[];
  mentions_me?: boolean;
  is_me?: boolean;
  is_edited?: boolean;
  is_deleted?: boolean;
  reactions?: EditorReaction[];
  parent_id?: string;
  is_pending?: boolean;
  refusal?: string;
  timestamp: string;
  seq?: number;
}
/**
 * One emoji and the names of those who reacted with it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorReaction".
 */
export interface EditorReaction {
  emoji: string;
  names: string[];
  is_mine: boolean;
}
/**
 * What each command takes; null stands for nothing.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorCommands".
 */
export interface EditorCommands {
  "peerline.join": JoinArguments;
  "peerline.startSession": StartSessionArguments;
  "peerline.leave": null;
  "peerline.recentSessions": null;
  "peerline.forgetSession": ForgetSessionArguments;
  "peerline.sendChat": SendChatArguments;
  "peerline.addComment": AddCommentArguments;
  "peerline.reply": ReplyArguments;
  "peerline.resolve": ResolveArguments;
  "peerline.reattach": ReattachArguments;
  "peerline.applySuggestion": ApplySuggestionArguments;
  "peerline.listComments": ListCommentsArguments;
  "peerline.editMessage": EditMessageArguments;
  "peerline.deleteMessage": DeleteMessageArguments;
  "peerline.react": ReactArguments;
  "peerline.loadHistory": LoadHistoryArguments;
  "peerline.loadResolved": null;
  "peerline.measureLatency": null;
  "peerline.endSession": null;
  "peerline.summon": null;
  "peerline.typing": null;
  "peerline.setStatus": SetStatusArguments;
  "peerline.follow": ParticipantArguments;
  "peerline.unfollow": null;
  "peerline.listParticipants": null;
  "peerline.gotoParticipant": ParticipantArguments;
  "peerline.locate": LocateArguments;
  "peerline.changeName": ChangeNameArguments;
  "peerline.changeRole": ChangeRoleArguments;
  "peerline.removeParticipant": RemoveArguments;
  "peerline.createInvite": CreateInviteArguments;
  "peerline.revokeInvite": RevokeInviteArguments;
  "peerline.liftBan": LiftBanArguments;
  "peerline.answerJoin": AnswerJoinArguments;
  "peerline.listModeration": null;
  "peerline.listApprovals": null;
  "peerline.getApproval": ApprovalArguments;
  "peerline.answerApproval": AnswerApprovalArguments;
  "peerline.promptAgent": PromptAgentArguments;
  "peerline.stopAgent": StopAgentArguments;
  "peerline.cancelPrompt": CancelPromptArguments;
  "peerline.watchAgent": WatchAgentArguments;
  "peerline.unwatchAgent": WatchAgentArguments;
  "peerline.search": SearchArguments;
  "peerline.updateSession": UpdateSessionArguments;
  "peerline.fileEvent": FileEventArguments;
  "peerline.listPending": null;
  "peerline.resendPending": PendingArguments;
  "peerline.discardPending": PendingArguments;
  "peerline.renewToken": RenewTokenArguments;
  "peerline.signIn": null;
  "peerline.shareDocument": ShareDocumentArguments;
  "peerline.unshareDocument": UnshareDocumentArguments;
  "peerline.answerDocument": AnswerDocumentArguments;
  "peerline.undo": UndoArguments;
  "peerline.redo": UndoArguments;
  "peerline.readDocument": ReadDocumentArguments;
  "peerline.blame": BlameArguments;
  "peerline.shareFolder": null;
  "peerline.stopSharingFolder": null;
  "peerline.listFolder": ListFolderArguments;
  "peerline.openShared": OpenSharedArguments;
}
/**
 * `peerline.join`.
 *
 * `link` is any text with a session link in it. `auth_token_server` says which server the token is
 * for, for an editor that leaves the reading of the text to the bridge; elsewhere it is not sent.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "JoinArguments".
 */
export interface JoinArguments {
  link: string;
  username?: string;
  auth_token?: string;
  auth_token_server?: string;
}
/**
 * `peerline.startSession`: `server` as HOST:PORT, by default the one of the options.
 *
 * Without any it is a server of this computer, which is started if there is none. `reach` says who
 * can join then, as `peerline start --reach`; a server that runs is started again for it. `listen`
 * is its older form.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "StartSessionArguments".
 */
export interface StartSessionArguments {
  server?: string;
  title?: string;
  username?: string;
  auth_token?: string;
  listen?: "computer" | "network";
  reach?: "computer" | "network" | "ssh" | "tunnel";
  ssh_host?: string;
  tunnel?: "cloudflared" | "tailscale" | "ngrok" | "devtunnel";
}
/**
 * `peerline.forgetSession`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ForgetSessionArguments".
 */
export interface ForgetSessionArguments {
  session_id: string;
}
/**
 * `peerline.sendChat`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SendChatArguments".
 */
export interface SendChatArguments {
  content: string;
  parent_id?: string;
}
/**
 * `peerline.reply`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ReplyArguments".
 */
export interface ReplyArguments {
  comment_id: string;
  content: string;
}
/**
 * `peerline.resolve`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ResolveArguments".
 */
export interface ResolveArguments {
  comment_id: string;
  resolved?: boolean;
}
/**
 * `peerline.reattach`: to lines `line` to `end_line` of a document, 0-based.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ReattachArguments".
 */
export interface ReattachArguments {
  comment_id: string;
  uri: string;
  line: number;
  end_line?: number;
}
/**
 * `peerline.listComments`: the open threads of all files, or the resolved ones.
 *
 * With `outdated_only` those of them whose lines are not in this editor's text.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ListCommentsArguments".
 */
export interface ListCommentsArguments {
  outdated_only?: boolean;
  resolved?: boolean;
}
/**
 * `peerline.react`: to a chat message, a comment or a reply.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ReactArguments".
 */
export interface ReactArguments {
  message_id: string;
  emoji: string;
  remove?: boolean;
}
/**
 * `peerline.loadHistory`: chat older than `before`, or than all that was shown.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "LoadHistoryArguments".
 */
export interface LoadHistoryArguments {
  before?: number;
}
/**
 * `peerline.setStatus`: holds until the next input, except that away holds until changed.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SetStatusArguments".
 */
export interface SetStatusArguments {
  status: Status;
}
/**
 * `peerline.follow` and `peerline.gotoParticipant`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ParticipantArguments".
 */
export interface ParticipantArguments {
  user_id: string;
}
/**
 * `peerline.locate`: a workspace-relative path; line and column are 1-based (UTF-16).
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "LocateArguments".
 */
export interface LocateArguments {
  file: string;
  line?: number;
  column?: number;
}
/**
 * `peerline.removeParticipant`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RemoveArguments".
 */
export interface RemoveArguments {
  user_id: string;
  ban?: boolean;
  revoke_invite?: boolean;
}
/**
 * `peerline.revokeInvite`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RevokeInviteArguments".
 */
export interface RevokeInviteArguments {
  invite_id: string;
}
/**
 * `peerline.liftBan`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "LiftBanArguments".
 */
export interface LiftBanArguments {
  user_id: string;
}
/**
 * `peerline.promptAgent`.
 *
 * With `uri` the lines `line` to `end_line` of that document, 0-based, are quoted behind the text.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PromptAgentArguments".
 */
export interface PromptAgentArguments {
  agent_id: string;
  text: string;
  uri?: string;
  line?: number;
  end_line?: number;
}
/**
 * `peerline.stopAgent`: stops the turn of a shared agent: that of a prompt, or else any.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "StopAgentArguments".
 */
export interface StopAgentArguments {
  agent_id: string;
  prompt_id?: string;
}
/**
 * `peerline.watchAgent`, and `peerline.unwatchAgent` when nobody looks any more.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "WatchAgentArguments".
 */
export interface WatchAgentArguments {
  agent_id: string;
}
/**
 * `peerline.search`: `before` is the `seq` of the last result of the page before.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SearchArguments".
 */
export interface SearchArguments {
  query: string;
  before?: number;
}
/**
 * `peerline.updateSession`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "UpdateSessionArguments".
 */
export interface UpdateSessionArguments {
  changes: SessionChanges;
}
/**
 * `peerline.fileEvent`; the bridge finds the paths of `uri` and `old_uri`, which win.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "FileEventArguments".
 */
export interface FileEventArguments {
  data: FileEventData;
  uri?: string;
  old_uri?: string;
}
/**
 * `peerline.resendPending` and `peerline.discardPending`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PendingArguments".
 */
export interface PendingArguments {
  id: string;
}
/**
 * `peerline.renewToken`: sign in with this token from now on.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "RenewTokenArguments".
 */
export interface RenewTokenArguments {
  auth_token: string;
}
/**
 * `peerline.shareDocument`, for an open document; the answer has `document_id` and `shared_by`.
 *
 * The user in `shared_by` is another one if somebody was faster.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ShareDocumentArguments".
 */
export interface ShareDocumentArguments {
  uri: string;
}
/**
 * `peerline.unshareDocument`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "UnshareDocumentArguments".
 */
export interface UnshareDocumentArguments {
  uri: string;
}
/**
 * `peerline.undo` and `peerline.redo`: take back, or make again, the last step of one's own.
 *
 * The answer says whether there was one.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "UndoArguments".
 */
export interface UndoArguments {
  uri: string;
}
/**
 * `peerline.readDocument`: the answer is an `EditorDocumentText`.
 *
 * For an editor that opens a shared document without a file of its own.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ReadDocumentArguments".
 */
export interface ReadDocumentArguments {
  document_id: string;
}
/**
 * `peerline.listFolder`, for a folder that somebody shares; the answer is an `EditorFolder`.
 *
 * Attributes:
 *     path: The folder; empty for the root.
 *     user_id: The user who shares it; else a host, or who shares one longest.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "ListFolderArguments".
 */
export interface ListFolderArguments {
  path?: string;
  user_id?: string;
}
/**
 * `peerline.openShared`, for a file of a shared folder; the answer is an `EditorOpenedFile`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "OpenSharedArguments".
 */
export interface OpenSharedArguments {
  file: string;
  user_id?: string;
}
/**
 * `peerline/commentChanges`: what has changed in a document since `peerline/comments`.
 *
 * For editors that ask for it (`comment_changes` in the initializationOptions); to others all
 * threads are sent again. `threads` are new or changed, `removed` the ids of those that have gone.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorCommentChanges".
 */
export interface EditorCommentChanges {
  uri: string;
  threads?: EditorThread[];
  moved?: EditorThreadPlace[];
  removed?: string[];
}
/**
 * A comment thread with its place in this editor's text of the file.
 *
 * An outdated one has no place here: `line` is its author's, and `code_snippet` shows what it was
 * about. With a `confidence` below 1 the lines were changed, and are taken for the same ones.
 * `resolved_by` is a name. `is_pending` and `refusal` are as those of a chat message. A comment
 * that was deleted while it has replies has no content.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorThread".
 */
export interface EditorThread {
  id: string;
  line: number;
  end_line: number;
  user_id: string;
  username: string;
  color: number;
  content: string;
  suggestions?: EditorSuggestion[];
  mentions_me?: boolean;
  is_me?: boolean;
  is_edited?: boolean;
  is_deleted?: boolean;
  reactions?: EditorReaction[];
  code_snippet: string;
  resolved: boolean;
  resolved_by?: string;
  outdated: boolean;
  confidence?: number;
  is_pending?: boolean;
  refusal?: string;
  timestamp: string;
  replies: EditorReply[];
}
/**
 * A fenced block of the language `suggestion` in a comment's text.
 *
 * `lines` are to replace the commented ones; without any, those are to be deleted. `first` and
 * `last` are the lines of `content` with the fences, from 0. `peerline.applySuggestion` takes its
 * index in the list.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorSuggestion".
 */
export interface EditorSuggestion {
  lines: string[];
  first: number;
  last: number;
}
/**
 * One reply in a thread.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorReply".
 */
export interface EditorReply {
  id: string;
  user_id: string;
  username: string;
  color: number;
  content: string;
  suggestions?: EditorSuggestion[];
  mentions_me?: boolean;
  is_me?: boolean;
  is_edited?: boolean;
  reactions?: EditorReaction[];
  is_pending?: boolean;
  refusal?: string;
  timestamp: string;
}
/**
 * A thread's new lines; nothing else about it has changed.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorThreadPlace".
 */
export interface EditorThreadPlace {
  id: string;
  line: number;
  end_line: number;
  outdated: boolean;
  confidence?: number;
}
/**
 * `peerline/comments`: all threads of one document, instead of those that were shown.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorComments".
 */
export interface EditorComments {
  uri: string;
  threads: EditorThread[];
}
/**
 * `peerline/cursor`: the local cursor, selection and visible lines.
 *
 * Without a document the cursor is in none that others could have, such as a help page. With a
 * `cell`, 0-based, the document is a notebook, the position is in that cell, and counts UTF-16.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorCursor".
 */
export interface EditorCursor {
  textDocument?: DocumentId;
  position?: Position1;
  cell?: number;
  selection?: Range;
  viewport?: LineRange;
}
/**
 * LSP Position.
 */
export interface Position1 {
  line: number;
  character: number;
}
/**
 * Whole lines, 0-based, both inclusive.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "LineRange".
 */
export interface LineRange {
  start: number;
  end: number;
}
/**
 * One shared document.
 *
 * Attributes:
 *     document_id: Its id.
 *     generation: Its generation.
 *     file: Its path in the session.
 *     uri: The open document of this editor that it is, if there is one; else the file of the
 *         user's folder, if there is one; else `peerline-file://SESSION/PATH`.
 *     is_open: Whether this editor has it open.
 *     has_file: Whether the user has a file of that path.
 *     state: How the editor's text stands to the shared one.
 *     reason: Why it is detached or waits.
 *     pending: Own updates that the server has not confirmed yet.
 *     can_edit: Whether the user may write in it.
 *     can_unshare: Whether the user may end its sharing.
 *     shared_by: The user who shared it.
 *     shared_by_name: Their name.
 *     open_by: Who else has it open.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorDocument".
 */
export interface EditorDocument {
  document_id: string;
  generation: string;
  file: string;
  uri: string;
  is_open: boolean;
  has_file: boolean;
  state: DocumentState;
  reason?: string;
  pending?: number;
  can_edit?: boolean;
  can_unshare?: boolean;
  shared_by: string;
  shared_by_name: string;
  open_by?: DocumentReader[];
}
/**
 * `peerline/documentQuestion`: texts differ; answered by `peerline.answerDocument`.
 *
 * `diff` is a unified diff from the shared text to the own one. A question of the same `uri` takes
 * the place of the one before; with `is_settled` none is open any longer.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorDocumentQuestion".
 */
export interface EditorDocumentQuestion {
  uri: string;
  document_id: string;
  file: string;
  kind: QuestionKind;
  diff: string;
  lines_added: number;
  lines_removed: number;
  shared_by_name: string;
  can_offer: boolean;
  is_settled?: boolean;
}
/**
 * `peerline/documentSaved`: somebody saved their file of a shared document.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorDocumentSaved".
 */
export interface EditorDocumentSaved {
  document_id: string;
  file: string;
  uri: string;
  user_id: string;
  username: string;
  is_equal: boolean;
}
/**
 * The text of a shared document now, with LF line ends.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorDocumentText".
 */
export interface EditorDocumentText {
  document_id: string;
  file: string;
  uri: string;
  text: string;
  can_edit: boolean;
}
/**
 * `peerline/documents`: all shared documents of the session, instead of those before.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorDocuments".
 */
export interface EditorDocuments {
  documents: EditorDocument[];
}
/**
 * `peerline/edit`: edits for exactly this version, the last place first.
 *
 * With `is_own_step` it undoes or redoes an edit of the user: the cursor goes there.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorEdit".
 */
export interface EditorEdit {
  id: number;
  uri: string;
  version: number;
  edits: TextEdit[];
  is_own_step?: boolean;
}
/**
 * LSP TextEdit, in the position encoding of the connection; lines end as in the document.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TextEdit".
 */
export interface TextEdit {
  range: Range;
  newText: string;
}
/**
 * A change of a file that somebody's editor has told; `file` is relative to the workspace.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorFileChange".
 */
export interface EditorFileChange {
  id: string;
  user_id: string;
  username: string;
  color: number;
  file: string;
  change: FileChange;
  old_file?: string;
  lines_added?: number;
  lines_removed?: number;
  timestamp: string;
}
/**
 * `peerline/files`: the last changes, oldest first, instead of those that were shown.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorFiles".
 */
export interface EditorFiles {
  changes: EditorFileChange[];
}
/**
 * The entries of a folder, folders first.
 *
 * Attributes:
 *     path: The folder.
 *     user_id: The user who shares it; None if nobody does.
 *     entries: The entries.
 *     is_cut: Whether there are more than are shown.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorFolder".
 */
export interface EditorFolder {
  path: string;
  user_id?: string;
  entries: EditorFolderEntry[];
  is_cut?: boolean;
}
/**
 * A file or a folder.
 *
 * Attributes:
 *     name: Its name, to be shown.
 *     path: Its path, for commands.
 *     kind: File or folder.
 *     size: The size of a file in bytes.
 *     document_id: The shared document that a file is already.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorFolderEntry".
 */
export interface EditorFolderEntry {
  name: string;
  path: string;
  kind: EntryKind;
  size?: number;
  document_id?: string;
}
/**
 * `peerline/follow`: go there; without `user_id`, following has ended.
 *
 * Without `uri` the user cannot go there, and `reason` is a sentence that says why. `cell` as in
 * `EditorPresence`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorFollow".
 */
export interface EditorFollow {
  user_id?: string;
  username?: string;
  reason?: string;
  uri?: string;
  position?: Position;
  cell?: number;
  viewport?: LineRange;
}
/**
 * `peerline/moderation`: the hosts' view, whole; all empty for a user who is no host now.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorModeration".
 */
export interface EditorModeration {
  invites?: Invite[];
  bans?: Ban[];
  pending?: PendingJoin[];
  arrivals?: Arrival[];
}
/**
 * An invite as its hosts see it, without its code; without `max_uses` it has no limit.
 *
 * `guests` have joined with it, removed ones too. One that `is_full` brings no more of them, but
 * accounts can still join.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Invite".
 */
export interface Invite {
  id: string;
  role: Role;
  created_at: string;
  expires_at?: string;
  max_uses?: number;
  uses?: number;
  guests?: number;
  is_full?: boolean;
}
/**
 * A user with a valid invite who waits for a host.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PendingJoin".
 */
export interface PendingJoin {
  user_id: string;
  username: string;
  role: Role;
  asked_at: string;
}
/**
 * `peerline/notice`: one line for the user; `code` tells a program what it is.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorNotice".
 */
export interface EditorNotice {
  level: NoticeLevel;
  code: string;
  message: string;
}
/**
 * What each notification to the editor carries.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorNotifications".
 */
export interface EditorNotifications {
  "peerline/state": EditorState;
  "peerline/participants": EditorParticipants;
  "peerline/presence": EditorPresenceUpdate;
  "peerline/chat": EditorChat;
  "peerline/comments": EditorComments;
  "peerline/files": EditorFiles;
  "peerline/commentChanges": EditorCommentChanges;
  "peerline/notice": EditorNotice;
  "peerline/follow": EditorFollow;
  "peerline/moderation": EditorModeration;
  "peerline/summons": EditorSummons;
  "peerline/documents": EditorDocuments;
  "peerline/documentQuestion": EditorDocumentQuestion;
  "peerline/documentSaved": EditorDocumentSaved;
  "peerline/offers": EditorOffers;
  "peerline/approvals": EditorApprovals;
  "peerline/agentWork": EditorAgentWork;
}
/**
 * `peerline/state`: connection and session, sent whole on every change.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorState".
 */
export interface EditorState {
  state: ConnectionState;
  reason?: string;
  is_over?: boolean;
  session_id?: string;
  title?: string;
  user_id?: string;
  username?: string;
  role?: Role;
  following?: string;
  participants?: number;
  session?: SessionInfo;
  limits?: Limits;
  pending?: number;
  refused?: number;
}
/**
 * `peerline/participants`: everybody who is here, in the order of joining.
 *
 * `joined` and `left` are the others who have come and gone since the list before, for a notice:
 * nobody when a session is shown for the first time, nor after a short interruption.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorParticipants".
 */
export interface EditorParticipants {
  participants: EditorParticipant[];
  joined?: EditorPerson[];
  left?: EditorPerson[];
}
/**
 * One row of the participants list; `line` is 1-based, for reading, and so is `cell`.
 *
 * `uri` is the file in this workspace, if it is there. The line of somebody in a cell of a
 * notebook is one of that cell.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorParticipant".
 */
export interface EditorParticipant {
  user_id: string;
  username: string;
  role: Role;
  color: number;
  status: Status;
  is_me: boolean;
  is_followed: boolean;
  is_writing?: boolean;
  avatar?: string;
  file?: string;
  line?: number;
  cell?: number;
  uri?: string;
  agent?: EditorAgent;
}
/**
 * Somebody who has just joined or left.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorPerson".
 */
export interface EditorPerson {
  user_id: string;
  username: string;
  color: number;
  was_removed?: boolean;
}
/**
 * `peerline/presence`: changed marks, each whole; `removed` are user ids that have gone.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorPresenceUpdate".
 */
export interface EditorPresenceUpdate {
  updates?: EditorPresence[];
  removed?: string[];
}
/**
 * Another participant's place; without `uri` it is in no file of this workspace.
 *
 * The cursor, the selection and the viewport are in this `version` of the document: move them by
 * what was changed since. With a `cell`, 0-based, they are in that one of a notebook; only editors
 * with the option `notebooks` get it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorPresence".
 */
export interface EditorPresence {
  user_id: string;
  username: string;
  color: number;
  status: Status;
  uri?: string;
  cursor?: Position;
  selection?: Range;
  viewport?: LineRange;
  viewport_uri?: string;
  version?: number;
  cell?: number;
}
/**
 * `peerline/summons`: a host asks everybody to come; the editor follows, or asks first.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorSummons".
 */
export interface EditorSummons {
  user_id: string;
  username: string;
  color: number;
}
/**
 * `peerline/offers`: all shared folders, instead of those before.
 *
 * Attributes:
 *     offers: The folders, the oldest first.
 *     is_sharing: Whether this editor shares its folder.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorOffers".
 */
export interface EditorOffers {
  offers: EditorOffer[];
  is_sharing?: boolean;
}
/**
 * A folder that somebody shares.
 *
 * Attributes:
 *     user_id: The user.
 *     username: Their name.
 *     color: Their color.
 *     name: The name of the folder.
 *     files: How many files can be had.
 *     version: Another number whenever the files have changed: ask for the tree again.
 *     is_cut: Whether the folder has more files.
 *     is_me: Whether it is the user's own, of this editor or another one.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorOffer".
 */
export interface EditorOffer {
  user_id: string;
  username: string;
  color: number;
  name: string;
  files: number;
  version: number;
  is_cut?: boolean;
  is_me?: boolean;
}
/**
 * The file is a shared document; the editor opens it.
 *
 * Attributes:
 *     document_id: The document.
 *     file: Its path in the session.
 *     uri: The file of the user's own folder, or else `peerline-file://SESSION/PATH`.
 *     has_file: Whether it is a file of the user's folder.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorOpenedFile".
 */
export interface EditorOpenedFile {
  document_id: string;
  file: string;
  uri: string;
  has_file: boolean;
}
/**
 * One session in the answer to `peerline.recentSessions`, a list with the latest first.
 *
 * `link` has no invite: the bridge knows who the user was in this session. An own session is on
 * a server of the user, which is started again when it is joined.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorRecentSession".
 */
export interface EditorRecentSession {
  session_id: string;
  title: string;
  server: string;
  link: string;
  last_joined: string;
  is_own: boolean;
}
/**
 * What each request to the editor carries.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorRequests".
 */
export interface EditorRequests {
  "peerline/edit": EditorEdit;
  "peerline/text": DocumentUri;
}
/**
 * The answer to `peerline.shareFolder`.
 *
 * Attributes:
 *     name: The name under which others see the folder.
 *     files: How many files others can open.
 *     is_cut: Whether there are more files than can be shared.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "EditorSharedFolder".
 */
export interface EditorSharedFolder {
  name: string;
  files: number;
  is_cut?: boolean;
}
/**
 * A message was refused, and why; `retry_after` is in seconds.
 *
 * With `outcome` it may have had its effect all the same: the same request with the same
 * `request_id`, sent again, is answered with the truth. `document_id` is the shared document whose
 * update was refused, or that a file is shared as already.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Error".
 */
export interface Error {
  type: "error";
  error_code: ErrorCode;
  message: string;
  timestamp: string;
  request_id?: string;
  retry_after?: number;
  session_id?: string;
  outcome?: "unknown";
  document_id?: string;
}
/**
 * The file is a shared document.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "FileOpened".
 */
export interface FileOpened {
  type: "file_opened";
  session_id: string;
  request_id?: string;
  file: string;
  document_id: string;
}
/**
 * To who offers: share a file, then send `file_given`, or else `file_refused`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "FileWanted".
 */
export interface FileWanted {
  type: "file_wanted";
  session_id: string;
  id: string;
  file: string;
}
/**
 * The offers of the session, instead of those before. It is ephemeral.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "FilesOffered".
 */
export interface FilesOffered {
  type: "files_offered";
  session_id: string;
  offers: FileOffer[];
}
/**
 * Chat messages, oldest first, and whether there are more before them.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "History".
 */
export interface History {
  type: "history";
  session_id: string;
  request_id?: string;
  messages: ChatMessage[];
  has_more: boolean;
}
/**
 * An invite was made; a user with its `code` may join with it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "InviteCreated".
 */
export interface InviteCreated {
  type: "invite_created";
  session_id: string;
  request_id?: string;
  invite: Invite;
  code: string;
}
/**
 * A host has to admit you: wait for `connected`, or for an error; `timeout` is in seconds.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "JoinPending".
 */
export interface JoinPending {
  type: "join_pending";
  session_id: string;
  timeout: number;
}
/**
 * The hosts' view, whole: it replaces the one before.
 *
 * It answers `get_moderation`, and is sent to every host when something in it changed.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Moderation".
 */
export interface Moderation {
  type: "moderation";
  session_id: string;
  request_id?: string;
  invites: Invite[];
  bans: Ban[];
  pending: PendingJoin[];
  arrivals?: Arrival[];
}
/**
 * What each notification of the editor carries.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "NotificationsOfEditor".
 */
export interface NotificationsOfEditor {
  "peerline/applying": ApplyingEdit;
  "peerline/ready": DocumentUri;
  "peerline/check": TextCheck;
  "peerline/undoStep": DocumentUri;
}
/**
 * `peerline/check`: the hash of the buffer's text with LF line ends, at a version.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TextCheck".
 */
export interface TextCheck {
  uri: string;
  version: number;
  hash: string;
}
/**
 * The latest ephemeral state of one participant. Fields that are absent are not known.
 *
 * `documents` are the ids of the shared documents that they have open, as the server knows it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Presence".
 */
export interface Presence1 {
  status?: Status1;
  typing_in?: "chat";
  cursor?: Cursor;
  selection?: Selection;
  viewport?: Viewport;
  documents?: string[];
}
/**
 * The latest presence of one participant, whole: it replaces what was known.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PresenceChanged".
 */
export interface PresenceChanged {
  type: "presence_update";
  session_id: string;
  user_id: string;
  presence: Presence1;
}
/**
 * `peerline.promptSelection`: the selected text is the prompt.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PromptSelectionArguments".
 */
export interface PromptSelectionArguments {
  agent_id: string;
  uri: string;
  range: Range;
}
/**
 * `peerline.pullDocument`: ask the editor again to make the edits of others.
 *
 * For an editor without a plugin that refuses edits that it did not ask for. The answer says
 * whether it has made all of them.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "PullDocumentArguments".
 */
export interface PullDocumentArguments {
  uri: string;
}
/**
 * A found chat message, comment or reply; `comment_id` is its thread and `file` its file.
 *
 * Of an event of an agent, `content` is the text by which it was found.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SearchResult".
 */
export interface SearchResult {
  kind: ItemKind;
  message_id: string;
  comment_id?: string;
  file?: string;
  line?: number;
  user_id: string;
  username: string;
  content: string;
  timestamp: string;
  seq: number;
}
/**
 * The items found, newest first, and whether there are older ones.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SearchResults".
 */
export interface SearchResults {
  type: "search_results";
  session_id: string;
  request_id?: string;
  results: SearchResult[];
  has_more: boolean;
}
/**
 * `peerline.sendDraft`: the draft that the line is part of.
 *
 * As a reply if there is a `comment_id`, else to the chat or as a comment on the line below it.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SendDraftArguments".
 */
export interface SendDraftArguments {
  uri: string;
  line: number;
  comment_id?: string;
  to_chat?: boolean;
}
/**
 * `peerline.sendSelection`: to the chat.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "SendSelectionArguments".
 */
export interface SendSelectionArguments {
  uri: string;
  range: Range;
}
/**
 * A host asks everybody to come. It is ephemeral: a client that is away misses nothing.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Summoned".
 */
export interface Summoned {
  type: "summoned";
  session_id: string;
  user_id: string;
  username: string;
  timestamp: string;
}
/**
 * Your token expires soon: send `renew_token`, or this connection ends then.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TokenExpiring".
 */
export interface TokenExpiring {
  type: "token_expiring";
  session_id: string;
  expires_at: string;
}
/**
 * A guest's new token, to come back with instead of the one before.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TokenRenewed".
 */
export interface TokenRenewed {
  type: "token_renewed";
  session_id: string;
  auth_token: string;
  expires_at: string;
}
/**
 * To who offers: give a page of a folder, by `tree_given` or `file_refused`.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "TreeWanted".
 */
export interface TreeWanted {
  type: "tree_wanted";
  session_id: string;
  id: string;
  path: string;
  after?: string;
}
/**
 * An open question with all of its detail.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "WholeApproval".
 */
export interface WholeApproval {
  type: "approval";
  session_id: string;
  request_id?: string;
  approval: Approval;
}
/**
 * A page of a folder's entries, by name; `next` is the start of the next one, if any.
 *
 * The root is empty, without `user_id`, where nobody offers anything.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "Tree".
 */
export interface Tree {
  type: "tree";
  session_id: string;
  request_id?: string;
  path: string;
  user_id?: string;
  entries: TreeEntry[];
  next?: string;
}
/**
 * `peerline.writeDraft`: puts an empty draft above the lines `line` to `end_line`, 0-based.
 *
 * This interface was referenced by `PeerlineProtocol`'s JSON-Schema
 * via the `definition` "WriteDraftArguments".
 */
export interface WriteDraftArguments {
  uri: string;
  line: number;
  end_line?: number;
}
