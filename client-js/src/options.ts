// The parts that a client is made of, and its messages without what it adds to them.
import type { Change } from "./changes.ts";
import type { Environment } from "./environment.ts";
import type {
  Ack,
  ClientInfo,
  ClientMessage,
  ErrorCode,
  ServerMessage,
  SessionToCreate,
} from "./generated/protocol.ts";
import type { Credentials } from "./identity.ts";
import type { SessionLink } from "./link.ts";
import type { Answered } from "./requests.ts";
import type { PendingStore } from "./stores.ts";
import type { Timing } from "./timing.ts";
import type { GetToken } from "./tokens.ts";

/** The state of a client's link to its session. `waiting` is for a host to admit the user. */
export type LinkState =
  | "connecting"
  | "waiting"
  | "joined"
  | "reconnecting"
  | "token_needed"
  | "closed";

/** The parts of a client; all but the link and the credentials may be left out. */
export interface ClientOptions {
  readonly link: SessionLink;
  readonly credentials: Credentials;
  /** The program, for the server's log. */
  readonly info?: ClientInfo;
  /** Called with the changes of the replica, after they were made. */
  readonly onChanges?: (changes: readonly Change[]) => void;
  /** Called with the state, a reason for the user and the server's error code, if there is one. */
  readonly onState?: (state: LinkState, reason?: string, code?: ErrorCode) => void;
  /** Called when `unsent.items` or `unsent.problem` has changed. */
  readonly onUnsent?: () => void;
  /** Called with a fault of this program or of a callback; without content, and nothing ends. */
  readonly onFault?: (what: string, error: unknown) => void;
  /** Asked for a newer token before the one in use expires. */
  readonly getToken?: GetToken;
  /** Called with each token that a guest is given, to be kept for coming back. */
  readonly onToken?: (token: string) => void;
  /** A client whose token has expired is `token_needed` until `renew`, instead of closed. */
  readonly waitsForToken?: boolean;
  /** The first join creates the session, if it is not there. */
  readonly create?: SessionToCreate;
  /** The place for unsent messages; in memory if absent. */
  readonly store?: PendingStore;
  readonly timing?: Partial<Timing>;
  readonly environment?: Environment;
}

type Unnumbered<Message> = Message extends ClientMessage
  ? Omit<Message, "session_id" | "request_id"> & { request_id?: string }
  : never;

/** A message of the protocol without its session and, if need be, its id: the client adds them. */
export type Outgoing = Unnumbered<ClientMessage>;

/** The answer that each query has. */
export interface Answers {
  get_history: "history";
  get_comments: "comments";
  search: "search_results";
  get_activity: "activity";
  get_moderation: "moderation";
  create_invite: "invite_created";
  open_document: "document_opened";
  get_blame: "blame";
  get_tree: "tree";
  open_file: "file_opened";
  get_approval: "approval";
}

/** The answer to a query, by the query's type. */
export type AnswerTo<Type extends keyof Answers> = Extract<ServerMessage, { type: Answers[Type] }>;

/** A client, as the parts of it use it. */
export interface Asker {
  request(message: Outgoing): Promise<Ack>;
  ask<Type extends keyof Answers>(
    query: Extract<Outgoing, { type: Type }>,
  ): Promise<AnswerTo<Type>>;
  send(message: Outgoing): Promise<Answered>;
}
