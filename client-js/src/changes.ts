// The changes of a replica, for a user interface to show.
import type {
  AgentEvent,
  AgentPrompted,
  Approval,
  ApprovalAnswered,
  ApprovalAsked,
  ChatMessage,
  CodeComment,
  Comment,
  CommentReplied,
  CommentResolved,
  DocumentRenamed,
  DocumentRenewed,
  DocumentSaved,
  DocumentShared,
  DocumentUnshared,
  FileEvent,
  FileOffer,
  MessageDeleted,
  MessageEdited,
  Moderation,
  Participant,
  Prompt,
  PromptChanged,
  ReactionChanged,
  SessionUpdate,
  SharedDraft,
} from "./generated/protocol.ts";

/** A change of a chat message, a comment or a reply. */
export type ItemChange = MessageEdited | MessageDeleted | ReactionChanged;

/** A change of the list of shared documents. */
export type DocumentEvent = DocumentShared | DocumentUnshared | DocumentRenamed | DocumentRenewed;

/** A change of the session as this client knows it. Times are those of the server, RFC 3339. */
export type Change =
  /** Everything may have changed: show the whole state again. */
  | { readonly kind: "reset" }
  /** The connection is back; presence is unknown until it comes. */
  | { readonly kind: "resumed" }
  /** A participant came, or came back with another role or name. */
  | { readonly kind: "joined"; readonly participant: Participant; readonly isNew: boolean }
  | { readonly kind: "left"; readonly participant: Participant; readonly at: string }
  | { readonly kind: "presenceMoved"; readonly participant: Participant }
  /** An agent does something else now. */
  | { readonly kind: "agentMoved"; readonly participant: Participant }
  /** An agent was given a prompt, ended a turn, finished a tool call, or noted something. */
  | { readonly kind: "agentDid"; readonly event: AgentEvent }
  /** An agent asks people. */
  | { readonly kind: "approvalOpened"; readonly event: ApprovalAsked }
  /** A question was answered, has expired or was withdrawn. */
  | {
      readonly kind: "approvalClosed";
      readonly approval?: Approval;
      readonly event: ApprovalAnswered;
    }
  /** An agent was given a prompt, or one goes on or is over. */
  | {
      readonly kind: "promptsMoved";
      readonly prompt?: Prompt;
      readonly event: AgentPrompted | PromptChanged;
    }
  /** `by` is the id of the user who gave the role. */
  | {
      readonly kind: "roleGiven";
      readonly participant: Participant;
      readonly at: string;
      readonly by: string;
    }
  | {
      readonly kind: "renamed";
      readonly participant: Participant;
      readonly before: string;
      readonly at: string;
    }
  /** A host removed a participant. */
  | {
      readonly kind: "removed";
      readonly participant: Participant;
      readonly by: string;
      readonly at: string;
    }
  | { readonly kind: "chatAdded"; readonly message: ChatMessage }
  /** A chat message was edited or deleted, or somebody reacted to it. */
  | { readonly kind: "messageChanged"; readonly message: ChatMessage }
  /** An open thread is new or has a new reply, or something in it was changed by `event`. */
  | {
      readonly kind: "threadChanged";
      readonly thread: Comment;
      readonly event: CodeComment | CommentReplied | CommentResolved | ItemChange;
    }
  /** An open thread was attached to other lines. */
  | { readonly kind: "threadMoved"; readonly thread: Comment }
  /** A thread was resolved. */
  | { readonly kind: "threadClosed"; readonly thread: Comment; readonly by: string }
  | { readonly kind: "threadDeleted"; readonly thread: Comment }
  /** A file in somebody's workspace changed. */
  | { readonly kind: "fileChanged"; readonly event: FileEvent }
  /** A document was shared, renamed or renewed, or is no longer shared. */
  | { readonly kind: "documentsChanged"; readonly event: DocumentEvent }
  /** Somebody saved their file of a shared document. */
  | { readonly kind: "saved"; readonly event: DocumentSaved }
  /** Somebody offers a folder or does so no longer, or its files have changed. */
  | {
      readonly kind: "offersChanged";
      readonly before: readonly FileOffer[];
      readonly offers: readonly FileOffer[];
    }
  /** A draft is written together from now on, or no longer. */
  | {
      readonly kind: "draftsChanged";
      readonly before: readonly SharedDraft[];
      readonly drafts: readonly SharedDraft[];
    }
  /** The session was ended for everyone. */
  | { readonly kind: "ended"; readonly by: string }
  | { readonly kind: "sessionChanged"; readonly event: SessionUpdate }
  /** The hosts' view changed; absent for a participant who is no longer a host. */
  | { readonly kind: "moderationChanged"; readonly moderation?: Moderation }
  /** A host asks everybody to come. */
  | { readonly kind: "summonedBy"; readonly userId: string; readonly username: string }
  /** An event is missing: nothing was applied, resume from the replica's seq. */
  | { readonly kind: "gap"; readonly expected: number; readonly got: number };
