// The comment threads of each document, what of them has just changed, and what is news for me. Pure.
import type {
  EditorCommentChanges,
  EditorComments,
  EditorThread,
} from "@peerline/ui/generated/protocol";

/** Something that concerns me, for a notification. */
export interface CommentNews {
  readonly kind: "mention" | "reply";
  readonly thread: EditorThread;
  /** Of the comment or reply. */
  readonly id: string;
  readonly username: string;
  readonly content: string;
}

/** The changes in a document. */
export interface ThreadChanges {
  readonly uri: string;
  /** New ones and changed ones, whole. */
  readonly changed: readonly EditorThread[];
  /** The ids of those that have gone. */
  readonly gone: readonly string[];
  readonly news: readonly CommentNews[];
}

/** Keeps the threads by document and id. */
export class ThreadStore {
  readonly #threads = new Map<string, Map<string, EditorThread>>();
  /** Ids of comments and replies that were seen: what is not in it is new. */
  readonly #seen = new Set<string>();

  get uris(): string[] {
    return [...this.#threads.keys()];
  }

  /** Each thread with the URI of its document. */
  *[Symbol.iterator](): IterableIterator<{ uri: string; thread: EditorThread }> {
    for (const [uri, threads] of this.#threads) {
      for (const thread of threads.values()) {
        yield { uri, thread };
      }
    }
  }

  get size(): number {
    return [...this.#threads.values()].reduce((sum, threads) => sum + threads.size, 0);
  }

  /** All threads of a document instead of those that were there. */
  replace({ uri, threads }: EditorComments): ThreadChanges {
    const before = this.#threads.get(uri) ?? new Map<string, EditorThread>();
    const now = new Map(threads.map((thread) => [thread.id, thread]));
    this.#keep(uri, now);
    return {
      uri,
      changed: threads,
      gone: [...before.keys()].filter((id) => !now.has(id)),
      news: threads.flatMap((thread) => this.#newsOf(thread)),
    };
  }

  /** The changes in a document since then. */
  update({ uri, threads = [], moved = [], removed = [] }: EditorCommentChanges): ThreadChanges {
    const now = this.#threads.get(uri) ?? new Map<string, EditorThread>();
    for (const id of removed) {
      now.delete(id);
    }
    for (const thread of threads) {
      now.set(thread.id, thread);
    }
    const elsewhere = moved.flatMap((place) => {
      const thread = now.get(place.id);
      return thread === undefined ? [] : [{ ...thread, ...place }];
    });
    for (const thread of elsewhere) {
      now.set(thread.id, thread);
    }
    this.#keep(uri, now);
    return {
      uri,
      changed: [...threads, ...elsewhere],
      gone: removed,
      news: threads.flatMap((thread) => this.#newsOf(thread)),
    };
  }

  clear(): void {
    this.#threads.clear();
    this.#seen.clear();
  }

  #keep(uri: string, threads: Map<string, EditorThread>): void {
    if (threads.size === 0) {
      this.#threads.delete(uri);
    } else {
      this.#threads.set(uri, threads);
    }
  }

  #newsOf(thread: EditorThread): CommentNews[] {
    const { replies } = thread;
    const isMine = thread.is_me || replies.some((reply) => reply.is_me);
    const news: CommentNews[] = [];
    // A resolved thread that was not shown yet is an old one.
    const isOld = thread.resolved && !this.#seen.has(thread.id);
    for (const item of [thread, ...replies]) {
      if (this.#seen.has(item.id)) {
        continue;
      }
      this.#seen.add(item.id);
      const { id, username, content } = item;
      if (item.is_me || isOld) {
        continue;
      }
      if (item.mentions_me) {
        news.push({ kind: "mention", thread, id, username, content });
      } else if (isMine && item !== thread) {
        news.push({ kind: "reply", thread, id, username, content });
      }
    }
    return news;
  }
}
