// Which comment threads came, changed and went, and what in them is news for me. Pure.
import type { EditorThread } from "./generated/protocol";

/** Something that concerns me, for a notification. */
export interface CommentNews {
  readonly kind: "mention" | "reply";
  readonly thread: EditorThread;
  readonly username: string;
  readonly content: string;
}

/** What changed in a document. */
export interface ThreadChanges {
  readonly shown: readonly EditorThread[];
  readonly gone: readonly string[];
  readonly news: readonly CommentNews[];
}

/** The threads of each document. */
export class ThreadStore {
  readonly #threads = new Map<string, Map<string, EditorThread>>();
  /** Ids of comments and replies that were seen: what is not in it is new. */
  readonly #seen = new Set<string>();

  /** Take over all threads of one document. `isSnapshot`: what was said before is no news. */
  apply(uri: string, threads: readonly EditorThread[], isSnapshot: boolean): ThreadChanges {
    const before = this.#threads.get(uri) ?? new Map<string, EditorThread>();
    const now = new Map(threads.map((thread) => [thread.id, thread]));
    const news = threads.flatMap((thread) => this.#newsOf(thread));
    if (now.size === 0) {
      this.#threads.delete(uri);
    } else {
      this.#threads.set(uri, now);
    }
    return {
      shown: threads,
      gone: [...before.keys()].filter((id) => !now.has(id)),
      news: isSnapshot ? [] : news,
    };
  }

  clear(): void {
    this.#threads.clear();
    this.#seen.clear();
  }

  #newsOf(thread: EditorThread): CommentNews[] {
    const replies = thread.replies ?? [];
    const isMine = thread.is_me || replies.some((reply) => reply.is_me);
    const news: CommentNews[] = [];
    for (const item of [thread, ...replies]) {
      if (this.#seen.has(item.id)) {
        continue;
      }
      this.#seen.add(item.id);
      const { username, content } = item;
      if (item.is_me) {
        continue;
      }
      if (item.mentions_me) {
        news.push({ kind: "mention", thread, username, content });
      } else if (isMine && item !== thread) {
        news.push({ kind: "reply", thread, username, content });
      }
    }
    return news;
  }
}
