// Comments that could not be sent: they stay in their thread until they are sent or thrown away.
import { type Comment, CommentMode, type CommentThread, MarkdownString } from "vscode";

/** A text that was refused, shown in its thread as a comment that only oneself sees. */
export class Draft implements Comment {
  readonly author = { name: "You" };
  readonly contextValue = "draft";
  readonly label: string;
  /** Thrown away while it was being sent again: it does not come back if it is refused. */
  isDiscarded = false;
  mode = CommentMode.Preview;
  body: MarkdownString;

  constructor(
    readonly thread: CommentThread,
    readonly text: string,
    reason: string,
  ) {
    this.label = thread.contextValue === "unsent" ? reason : `Not sent: ${reason}`;
    this.body = new MarkdownString().appendText(text);
  }
}
