// How many chat messages came while the chat was not to be seen.
import { type Disposable, EventEmitter } from "vscode";
import type { Session } from "../session/session";

/** The count; the chat panel says when it is seen. */
export class Unread implements Disposable {
  readonly #changed = new EventEmitter<number>();
  readonly #disposables: Disposable[];
  /** Whether the chat is to be seen now. */
  isChatVisible = false;
  /** Whether the chat's view exists, and can carry the sign itself. */
  isChatResolved = false;
  /** Unread messages of others. */
  count = 0;
  readonly onDidChange = this.#changed.event;

  constructor(session: Session) {
    this.#disposables = [
      this.#changed,
      session.onDidReceiveMessages((messages) => {
        const news = messages.filter(({ kind, is_me }) => kind === "chat" && !is_me).length;
        if (news > 0 && !this.isChatVisible) {
          this.#set(this.count + news);
        }
      }),
      session.onDidChangeState(({ state }) => {
        if (state === "offline") {
          this.#set(0);
        }
      }),
    ];
  }

  /** The chat has come into view or gone out of it. */
  setChatVisible(isVisible: boolean): void {
    this.isChatVisible = isVisible;
    if (isVisible) {
      this.#set(0);
    }
  }

  #set(count: number): void {
    if (count !== this.count) {
      this.count = count;
      this.#changed.fire(count);
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}
