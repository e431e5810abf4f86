// A comment or reply of the session as VS Code shows it, and what can be done with it.

import type { EditorReply, EditorThread } from "@peerline/ui/generated/protocol";
import { asSentence, plainReason } from "@peerline/ui/refusal";
import {
  type Comment,
  type CommentAuthorInformation,
  CommentMode,
  type CommentReaction,
  type CommentThread,
  MarkdownString,
  Uri,
} from "vscode";
import { avatarColors } from "../shared/colors";
import { oneLine } from "../shared/names";
import { avatarUri } from "./avatar";
import { type Mentionable, type TextContext, toMarkdown } from "./commentText";
import { isSentAs } from "./threadOwners";

/** The reactions that are offered; any other one that somebody used is shown too. */
export const EMOJIS = ["👍", "👎", "😄", "🎉", "😕", "❤️", "🚀", "👀"] as const;

/** The rest that a comment's look depends on. */
export interface Surroundings {
  readonly isHost: boolean;
  readonly people: readonly Mentionable[];
  /** The lines that the thread is about. */
  readonly snippet: readonly string[];
}

/** A comment or a reply of the session. */
export class SharedComment implements Comment {
  readonly author: CommentAuthorInformation;
  readonly timestamp: Date;
  readonly reactions: CommentReaction[];
  readonly contextValue: string;
  readonly label: string | undefined;
  body: MarkdownString | string;
  mode = CommentMode.Preview;

  constructor(
    public item: EditorThread | EditorReply,
    public thread: CommentThread,
    readonly surroundings: Surroundings,
  ) {
    const { isHost } = surroundings;
    this.author = {
      name: oneLine(item.username),
      iconPath: Uri.parse(avatarUri(item.username, avatarColors(item.color))),
    };
    this.timestamp = new Date(item.timestamp);
    this.contextValue = contextOf(item, isHost);
    this.label = stateOf(item);
    this.body = bodyOf(item, surroundings);
    this.reactions = reactionsOf(item);
  }

  /** Put its text into a form, to be changed. */
  edit(): void {
    this.body = this.item.content;
    this.mode = CommentMode.Editing;
  }

  /** Close the form, with the text from before. */
  close(): void {
    this.body = bodyOf(this.item, this.surroundings);
    this.mode = CommentMode.Preview;
  }
}

/** The comments as they are now, but those that are being edited at the moment stay. */
export function keepEdits(before: readonly Comment[], now: readonly SharedComment[]): Comment[] {
  const edited = before.filter(
    (one): one is SharedComment => one instanceof SharedComment && one.mode === CommentMode.Editing,
  );
  return now.map((comment) => {
    const same = edited.find(({ item }) => item.id === comment.item.id);
    const kept = same ?? edited.find(({ item }) => isSentAs(item, comment.item));
    if (kept === undefined) {
      return comment;
    }
    kept.item = comment.item;
    return kept;
  });
}

/** The label beside the author's name; for a pending thread, the title says it instead. */
function stateOf(item: EditorThread | EditorReply): string | undefined {
  const isThread = "replies" in item;
  if (item.refusal !== undefined) {
    const reason = plainReason(item.refusal);
    return isThread ? asSentence(reason) : `Not sent: ${reason}`;
  }
  if (item.is_pending) {
    return isThread ? undefined : "Waiting to be sent";
  }
  return item.is_edited ? "edited" : undefined;
}

/** For the menus of package.json: `KIND` or `KIND.suggestion`. */
function contextOf(item: EditorThread | EditorReply, isHost: boolean): string {
  const kind = kindOf(item, isHost);
  const canBeApplied = /^(mine|deletable|other)$/.test(kind) && (item.suggestions ?? []).length > 0;
  return canBeApplied ? `${kind}.suggestion` : kind;
}

function kindOf(item: EditorThread | EditorReply, isHost: boolean): string {
  if (item.refusal !== undefined) {
    return "refused";
  }
  if (item.is_pending) {
    return "pending";
  }
  if (isDeleted(item)) {
    return "deleted";
  }
  return item.is_me ? "mine" : isHost ? "deletable" : "other";
}

function isDeleted(item: EditorThread | EditorReply): boolean {
  return "is_deleted" in item && item.is_deleted === true;
}

function bodyOf(
  item: EditorThread | EditorReply,
  { people, snippet }: Surroundings,
): MarkdownString {
  const { content, suggestions = [] } = item;
  return isDeleted(item)
    ? new MarkdownString("*This comment was deleted.*")
    : toBody(content, { people, snippet, suggestions });
}

/** Never trusted: no command links, and no HTML but the marks of mentions. */
export function toBody(content: string, context?: TextContext): MarkdownString {
  const body = new MarkdownString(toMarkdown(content, context));
  body.supportHtml = true;
  return body;
}

function reactionsOf(item: EditorThread | EditorReply): CommentReaction[] {
  const used = item.reactions ?? [];
  const emojis = new Set<string>([...EMOJIS, ...used.map(({ emoji }) => emoji)]);
  return [...emojis].map((emoji) => {
    const reaction = used.find((one) => one.emoji === emoji);
    return {
      label: emoji,
      iconPath: "",
      count: reaction?.names.length ?? 0,
      authorHasReacted: reaction?.is_mine ?? false,
    };
  });
}

/** VS Code notices a change only by a new list. */
export function refresh(thread: CommentThread): void {
  thread.comments = [...thread.comments];
}
