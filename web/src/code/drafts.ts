// The drafts of comments and replies: they survive a reload of the tab.

/** A comment that is being written. */
export interface NewComment {
  readonly file: string;
  /** 0-based, both inclusive. */
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

interface Saved {
  comment?: NewComment;
  replies: Record<string, string>;
}

/** A place for one text, such as a key of `sessionStorage`. */
export interface Place {
  read(): string | undefined;
  write(text: string): void;
}

/** The drafts of one session. */
export class Drafts {
  readonly #place: Place;
  #saved: Saved;

  constructor(place: Place) {
    this.#place = place;
    this.#saved = parse(place.read());
  }

  get comment(): NewComment | undefined {
    return this.#saved.comment;
  }

  reply(threadId: string): string {
    return this.#saved.replies[threadId] ?? "";
  }

  keepComment(comment: NewComment | undefined): void {
    const { comment: _, ...rest } = this.#saved;
    this.#save(comment === undefined ? rest : { ...rest, comment });
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
  const { comment, replies } = (value ?? {}) as Partial<Record<keyof Saved, unknown>>;
  const saved: Saved = { replies: {} };
  if (typeof replies === "object" && replies !== null) {
    saved.replies = Object.fromEntries(
      Object.entries(replies).filter((entry): entry is [string, string] => {
        return typeof entry[1] === "string";
      }),
    );
  }
  const {
    file,
    first,
    last,
    text: written,
  } = (comment ?? {}) as Partial<Record<keyof NewComment, unknown>>;
  const areRows = Number.isInteger(first) && Number.isInteger(last);
  if (typeof file === "string" && typeof written === "string" && areRows) {
    saved.comment = { file, text: written, first: Number(first), last: Number(last) };
  }
  return saved;
}
