// Messages about what is new for the user, which go when it was read or answered. Pure.
//
// VS Code takes no notification back but one that shows a progress. Such a one has no buttons: it has
// links, which run the command `peerline.openNews` with the key and the number of the link.
import type { Disposable } from "vscode";

/** A link and what it does. */
export interface NewsLink {
  readonly text: string;
  readonly open: () => Promise<void>;
}

/** One message; another one with the same key takes its place. */
export interface NewsItem {
  readonly key: string;
  readonly text: string;
  readonly links: readonly NewsLink[];
  /** Whether it stays until it is settled: somebody waits for the answer. */
  readonly stays?: boolean;
}

/** Shows a message with links until the promise is resolved; resolves when it is gone. */
export type ShowNews = (item: NewsItem, settled: Promise<void>) => Promise<void>;

/** The messages that are shown. */
export class News implements Disposable {
  readonly #show: ShowNews;
  readonly #shown = new Map<string, { readonly item: NewsItem; readonly settle: () => void }>();

  constructor(show: ShowNews) {
    this.#show = show;
  }

  /** Show a message until it is settled, opened or out of date. */
  async tell(item: NewsItem): Promise<void> {
    this.settle(item.key);
    const settled = new Promise<void>((resolve) => {
      this.#shown.set(item.key, { item, settle: resolve });
    });
    await this.#show(item, settled);
    if (this.#shown.get(item.key)?.item === item) {
      this.#shown.delete(item.key);
    }
  }

  /** It was read or answered, or has gone. */
  settle(key: string): void {
    this.#shown.get(key)?.settle();
    this.#shown.delete(key);
  }

  /** A link was chosen. */
  async open(key: string, link = 0): Promise<void> {
    const found = this.#shown.get(key);
    this.settle(key);
    await found?.item.links[link]?.open();
  }

  /** Nothing of it matters any more. */
  clear(): void {
    for (const key of [...this.#shown.keys()]) {
      this.settle(key);
    }
  }

  dispose(): void {
    this.clear();
  }
}
