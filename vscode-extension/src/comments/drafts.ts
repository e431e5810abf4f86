// Comments that could not be sent: they stay in their thread until they are sent or thrown away.
import { type Comment, CommentMode, type CommentThread, type MarkdownString } from "vscode";
import { toBody } from "./sharedComment";

/** A text that was refused, shown in its thread as a comment that only oneself sees. */
export class Draft implements Comment {
  readonly author = { name: "You" };
  readonly contextValue = "draft";
  body: MarkdownString | string;
  mode = CommentMode.Preview;
  label = "";
  #isSending = false;

  constructor(
    public thread: CommentThread,
    public text: string,
    reason: string,
  ) {
    this.body = toBody(text);
    this.refuse(reason);
  }

  get isSending(): boolean {
    return this.#isSending;
  }

  /** Its text is in a form, to be changed. */
  edit(): void {
    this.body = this.text;
    this.mode = CommentMode.Editing;
  }

  /** The form is closed, with another text or the one from before. */
  close(text = this.text): void {
    this.text = text;
    this.body = toBody(text);
    this.mode = CommentMode.Preview;
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
