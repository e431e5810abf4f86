// The drafts of comments and replies: they survive a reload of the tab.
import type { AnchorData } from "@peerline/client";

/** A comment that is being written. */
export interface NewComment {
  /** Begins with `NEW`. */
  readonly id: string;
  /** Its place in the text, as it was looked at last. */
  readonly anchor: AnchorData;
  readonly text: string;
  /** Why it was not taken. */
  readonly refusal?: string;
}

interface Saved {
  comments: readonly NewComment[];
  replies: Record<string, string>;
}

/** The start of the ids of comments that are being written, among those of threads. */
export const NEW = "new:";
/** The start of the ids of comments that wait for the server, or were refused. */
export const WAITING = "wait:";

/** A place for one text, such as a key of `sessionStorage`. */
export interface Place {
  read(): string | undefined;
  /** Whether it was written: there may be no room. */
  write(text: string): boolean;
}

/** The drafts of one session. */
export class Drafts {
  readonly #place: Place;
  #saved: Saved;

  constructor(place: Place) {
    this.#place = place;
    this.#saved = parse(place.read());
  }

  /** The comments that are being written, oldest first. */
  get comments(): readonly NewComment[] {
    return this.#saved.comments;
  }

  comment(id: string): NewComment | undefined {
    return this.#saved.comments.find((comment) => comment.id === id);
  }

  /** How many of them have a text. */
  get count(): number {
    const { comments, replies } = this.#saved;
    const written = comments.filter(({ text }) => text.trim() !== "");
    // A refused one that is being changed counts as a message.
    const begun = Object.keys(replies).filter((id) => !id.startsWith(WAITING));
    return written.length + begun.length;
  }

  reply(threadId: string): string {
    return this.#saved.replies[threadId] ?? "";
  }

  /** Add a comment, or put it in the place of the one with its id. */
  keepComment(comment: NewComment): void {
    const { comments } = this.#saved;
    const isKnown = this.comment(comment.id) !== undefined;
    this.#save({
      ...this.#saved,
      comments: isKnown
        ? comments.map((known) => (known.id === comment.id ? comment : known))
        : [...comments, comment],
    });
  }

  dropComment(id: string): void {
    const comments = this.#saved.comments.filter((comment) => comment.id !== id);
    this.#save({ ...this.#saved, comments });
  }

  keepReply(threadId: string, text: string): void {
    const { [threadId]: _, ...others } = this.#saved.replies;
    this.#save({ ...this.#saved, replies: text === "" ? others : { ...others, [threadId]: text } });
  }

  #save(saved: Saved): void {
    this.#saved = saved;
    this.#place.write(JSON.stringify(saved));
  }
}

function parse(text: string | undefined): Saved {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "null");
  } catch {
    value = null;
  }
  const { comments, replies } = (value ?? {}) as Partial<Record<keyof Saved, unknown>>;
  const texts = typeof replies === "object" && replies !== null ? Object.entries(replies) : [];
  return {
    comments: Array.isArray(comments) ? comments.filter(isComment) : [],
    replies: Object.fromEntries(
      texts.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
  };
}

function isComment(value: unknown): value is NewComment {
  const { id, anchor, text } = (value ?? {}) as Partial<Record<keyof NewComment, unknown>>;
  const { file, line } = (anchor ?? {}) as Partial<Record<keyof AnchorData, unknown>>;
  return (
    typeof id === "string" &&
    id.startsWith(NEW) &&
    typeof text === "string" &&
    typeof file === "string" &&
    Number.isInteger(line)
  );
}
