// The comments on the code of a session.

import type {
  Ack,
  AnchorData,
  CommentData,
  Comments as CommentsPage,
  GetComments,
} from "./generated/protocol.ts";
import type { Asker } from "./options.ts";
import type { Sending, Unsent } from "./unsent.ts";

/** The comments; `Client.comments`. What cannot be sent now waits, see `Client.unsent`. */
export class CommentThreads {
  readonly #client: Asker;
  readonly #unsent: Unsent;

  constructor(client: Asker, unsent: Unsent) {
    this.#client = client;
    this.#unsent = unsent;
  }

  /** Start a thread on lines; its number in the session, or undefined if it has to wait. */
  add(data: CommentData, sending?: Sending): Promise<number | undefined> {
    return this.#unsent.submit({ type: "add_comment", data }, sending);
  }

  reply(commentId: string, content: string, sending?: Sending): Promise<number | undefined> {
    return this.#unsent.submit({ type: "reply_comment", comment_id: commentId, content }, sending);
  }

  /** Resolve a thread, or reopen it. */
  resolve(commentId: string, resolved = true): Promise<number | undefined> {
    return this.#unsent.submit({ type: "resolve_comment", comment_id: commentId, resolved });
  }

  /** Attach a thread to other lines. */
  reattach(commentId: string, data: AnchorData): Promise<Ack> {
    return this.#client.request({ type: "reattach_comment", comment_id: commentId, data });
  }

  /** Threads of a file or of all, open or resolved or both. */
  list(page: Omit<GetComments, "type" | "session_id" | "request_id"> = {}): Promise<CommentsPage> {
    return this.#client.ask({ type: "get_comments", ...page });
  }
}
