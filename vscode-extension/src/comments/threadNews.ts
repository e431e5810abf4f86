// Mentions and replies in threads as news, until they are answered.

import type { EditorThread } from "@peerline/ui/generated/protocol";
import { Uri } from "vscode";
import type { CommentNews, ThreadChanges } from "../session/threadStore";
import { oneLine } from "../shared/names";
import { settings } from "../shared/settings";
import type { News } from "../status/news";
import { isAnswered } from "./answered";

const WIDTH = 200;

/** Shows news of threads, one for each thread: the last one. */
export class ThreadNews {
  readonly #news: News;
  readonly #reveal: (uri: Uri, thread: EditorThread) => Promise<void>;
  /** The comment or reply of which was told, by thread. */
  readonly #told = new Map<string, string>();

  constructor(news: News, reveal: (uri: Uri, thread: EditorThread) => Promise<void>) {
    this.#news = news;
    this.#reveal = reveal;
  }

  async tell(uri: string, { kind, thread, id, username, content }: CommentNews): Promise<void> {
    const { notifyMentions, notifyReplies } = settings();
    if (kind === "mention" ? !notifyMentions : !notifyReplies) {
      return;
    }
    const what = kind === "mention" ? "mentions you" : "replied";
    this.#told.set(thread.id, id);
    await this.#news.tell({
      key: thread.id,
      text: `${oneLine(username)} ${what}: ${oneLine(content, WIDTH)}`,
      links: [{ text: "Show", open: () => this.#reveal(Uri.parse(uri), thread) }],
    });
  }

  /** Take away those that were answered, or have gone. */
  settle({ changed, gone }: ThreadChanges): void {
    const answered = changed.filter((thread) => {
      const id = this.#told.get(thread.id);
      return id !== undefined && isAnswered(thread, id);
    });
    for (const id of [...answered.map((thread) => thread.id), ...gone]) {
      this.#told.delete(id);
      this.#news.settle(id);
    }
  }

  clear(): void {
    this.#told.clear();
  }
}
