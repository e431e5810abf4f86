// Comments that could not be sent: they stay in their thread until they are sent or thrown away.
import { type Comment, CommentMode, type CommentThread, MarkdownString } from "vscode";

/** A text that was refused, shown in its thread as a comment that only oneself sees. */
export class Draft implements Comment {
  readonly author = { name: "You" };
  readonly contextValue = "draft";
  readonly body: MarkdownString;
  readonly mode = CommentMode.Preview;
  label = "";
  #isSending = false;

  constructor(
    public thread: CommentThread,
    readonly text: string,
    reason: string,
  ) {
    this.body = new MarkdownString().appendText(text);
    this.refuse(reason);
  }

  get isSending(): boolean {
    return this.#isSending;
  }

  /** It is on its way once more. */
  send(): void {
    this.#isSending = true;
    this.label = "Sending…";
  }

  /** It was refused: of a thread that nobody else has the title says that it is not sent. */
  refuse(reason: string): void {
    this.#isSending = false;
    this.label = this.thread.contextValue === "unsent" ? reason : `Not sent: ${reason}`;
  }
}
