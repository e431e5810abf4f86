// Comment threads in the editor, by VS Code's own Comments API.
import {
  type Comment,
  type CommentController,
  CommentMode,
  type CommentReaction,
  type CommentReply,
  type CommentThread,
  CommentThreadCollapsibleState,
  CommentThreadState,
  commands,
  comments,
  type Disposable,
  MarkdownString,
  Range,
  type TextDocument,
  Uri,
  workspace,
} from "vscode";
import { toMarkdown } from "./commentText";
import { canWrite } from "./context";
import { Draft } from "./drafts";
import type { EditorCommands, EditorReply, EditorThread } from "./generated/protocol";
import { count, oneLine } from "./names";
import { type ArgumentsOf, CommandRefused, type Session } from "./session";
import { settings } from "./settings";
import { showAt } from "./showAt";
import { ask, complain, tell } from "./tell";
import type { CommentNews, ThreadChanges } from "./threadStore";

/** The reactions that are offered; any other one that somebody used is shown too. */
export const EMOJIS = ["👍", "👎", "😄", "🎉", "😕", "❤️", "🚀", "👀"] as const;

const NEWS_WIDTH = 200;

/** A comment or a reply of the session. */
class SharedComment implements Comment {
  readonly author: { readonly name: string };
  readonly timestamp: Date;
  readonly reactions: CommentReaction[];
  readonly contextValue: string;
  readonly label: string | undefined;
  body: MarkdownString | string;
  mode = CommentMode.Preview;

  constructor(
    public item: EditorThread | EditorReply,
    readonly thread: CommentThread,
    isHost: boolean,
  ) {
    this.author = { name: oneLine(item.username) };
    this.timestamp = new Date(item.timestamp);
    this.contextValue = contextOf(item, isHost);
    this.label = stateOf(item);
    this.body = bodyOf(item);
    this.reactions = reactionsOf(item);
  }
}

/** Shows the threads, and carries out what is done to them. */
export class Comments implements Disposable {
  readonly #session: Session;
  readonly #controller: CommentController;
  readonly #threads = new Map<string, CommentThread>();
  readonly #disposables: Disposable[];
  /** Threads that the user has just begun: the comment takes their place when it comes. */
  readonly #begun = new Set<CommentThread>();
  /** The ids of threads that wait or were refused. */
  readonly #unsent = new Set<string>();
  #knowsSession = "";
  #couldWrite: boolean | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.#controller = comments.createCommentController("peerline", "Peerline");
    this.#disposables = [
      this.#controller,
      session.onDidChangeThreads((changes) => this.#update(changes)),
      session.onDidChangeState(() => this.#updatePermissions()),
      ...this.#commands(),
    ];
    this.#updatePermissions();
  }

  #commands(): Disposable[] {
    const on = (name: string, run: (target: never) => Promise<void>) =>
      commands.registerCommand(`peerline.comments.${name}`, run);
    return [
      on("create", (reply: CommentReply) => this.#create(reply)),
      on("reply", (reply: CommentReply) => this.#reply(reply)),
      on("resolve", (thread: CommentThread) => this.#resolve(thread, true)),
      on("reopen", (thread: CommentThread) => this.#resolve(thread, false)),
      on("edit", async (comment: SharedComment) => this.#edit(comment)),
      on("save", (comment: SharedComment) => this.#save(comment)),
      on("cancel", async (comment: SharedComment) => this.#cancel(comment)),
      on("delete", (comment: SharedComment) => this.#delete(comment)),
      on("retry", (unsent: Draft | SharedComment) => this.#retry(unsent)),
      on("discard", (unsent: Draft | SharedComment) => this.#discard(unsent)),
    ];
  }

  // --- what the session shows ------------------------------------------------------------

  #update({ uri, changed, gone, news }: ThreadChanges): void {
    // First, so that what was sent takes the place of what waited, and stays as it is.
    for (const thread of changed) {
      this.#show(uri, thread);
    }
    const place = Uri.parse(uri).toString();
    const left: CommentThread[] = [];
    for (const id of gone) {
      const thread = this.#threads.get(id);
      // It may be shown in another document by now.
      if (thread?.uri.toString() === place) {
        this.#threads.delete(id);
        this.#unsent.delete(id);
        left.push(thread);
      }
    }
    const kept = new Set(left.length > 0 ? [...this.#begun, ...this.#threads.values()] : []);
    for (const thread of left) {
      if (!kept.has(thread)) {
        thread.dispose();
      }
    }
    // What was said before one came is no news.
    if (this.#knowsSession === this.#session.state.session_id) {
      for (const item of news) {
        void this.#tell(uri, item);
      }
    }
  }

  #show(uri: string, shared: EditorThread): void {
    const place = Uri.parse(uri);
    let thread = this.#threads.get(shared.id);
    if (thread === undefined || thread.uri.toString() !== place.toString()) {
      thread?.dispose();
      thread =
        (shared.is_me && (this.#takeUnsent(place, shared) ?? this.#takeBegun(place))) ||
        this.#make(place, shared);
      this.#threads.set(shared.id, thread);
      if (shared.is_pending) {
        this.#unsent.add(shared.id);
      }
    }
    const range = rangeOf(shared);
    const [before] = thread.comments;
    if (before instanceof SharedComment && isOutdated(before.item) !== shared.outdated) {
      // VS Code moves a thread with the text by itself; it takes no place that it was given before.
      thread.range = undefined;
    }
    if (thread.range === undefined || !thread.range.isEqual(range)) {
      thread.range = range;
    }
    const wasResolved = thread.state === CommentThreadState.Resolved;
    thread.state = shared.resolved ? CommentThreadState.Resolved : CommentThreadState.Unresolved;
    if (shared.resolved && !wasResolved) {
      thread.collapsibleState = CommentThreadCollapsibleState.Collapsed;
    }
    thread.contextValue = contextOfThread(shared);
    thread.label = labelOf(shared);
    thread.canReply = this.#mayWrite && isOpen(thread);
    const isHost = this.#session.state.role === "host";
    const shown = keepEdits(
      thread.comments,
      [shared, ...shared.replies].map((item) => new SharedComment(item, thread, isHost)),
    );
    thread.comments = [...shown, ...thread.comments.filter((comment) => comment instanceof Draft)];
  }

  #make(place: Uri, shared: EditorThread): CommentThread {
    const thread = this.#controller.createCommentThread(place, rangeOf(shared), []);
    thread.collapsibleState = CommentThreadCollapsibleState.Collapsed;
    return thread;
  }

  /** The thread of a comment that waited and is this one now: it stays as it is, folded or not. */
  #takeUnsent(place: Uri, shared: EditorThread): CommentThread | undefined {
    if (shared.is_pending) {
      return undefined;
    }
    for (const id of this.#unsent) {
      const thread = this.#threads.get(id);
      const first = thread?.comments[0];
      if (
        first instanceof SharedComment &&
        isSentAs(first.item, shared) &&
        thread?.uri.toString() === place.toString()
      ) {
        this.#threads.delete(id);
        this.#unsent.delete(id);
        return thread;
      }
    }
    return undefined;
  }

  #takeBegun(place: Uri): CommentThread | undefined {
    for (const thread of this.#begun) {
      if (thread.uri.toString() === place.toString()) {
        this.#begun.delete(thread);
        return thread;
      }
    }
    return undefined;
  }

  #updatePermissions(): void {
    const { session_id, state } = this.#session.state;
    if (state === "offline") {
      this.#clear();
    } else if (state === "joined" && session_id !== undefined) {
      // The threads of the snapshot came before; what comes from now on is new.
      this.#knowsSession = session_id;
    }
    const mayWrite = this.#mayWrite;
    if (mayWrite === this.#couldWrite) {
      return; // VS Code would make each form anew, and what is written in it would be gone
    }
    this.#couldWrite = mayWrite;
    this.#controller.commentingRangeProvider = mayWrite
      ? { provideCommentingRanges: (document) => commentable(document) }
      : undefined;
    this.#controller.reactionHandler = mayWrite
      ? (comment, reaction) => this.#react(comment, reaction)
      : undefined;
    for (const thread of this.#threads.values()) {
      thread.canReply = mayWrite && isOpen(thread);
    }
  }

  get #mayWrite(): boolean {
    return this.#session.isInSession && canWrite(this.#session.state);
  }

  #clear(): void {
    this.#knowsSession = "";
    for (const [id, thread] of this.#threads) {
      if (!thread.comments.some((comment) => comment instanceof Draft)) {
        thread.dispose();
        this.#threads.delete(id);
      }
    }
  }

  async #tell(uri: string, { kind, thread, username, content }: CommentNews): Promise<void> {
    const { notifyMentions, notifyReplies } = settings();
    if (kind === "mention" ? !notifyMentions : !notifyReplies) {
      return;
    }
    const what = kind === "mention" ? "mentions you" : "replied";
    const text = `${oneLine(username)} ${what}: ${oneLine(content, NEWS_WIDTH)}`;
    const show = "Show";
    if ((await tell(text, show)) === show) {
      await this.reveal(Uri.parse(uri), thread);
    }
  }

  /** Go to a thread and unfold it. */
  async reveal(uri: Uri, thread: EditorThread): Promise<void> {
    await showAt(uri, rangeOf(thread).start);
    const shown = this.#threads.get(thread.id);
    if (shown !== undefined) {
      shown.collapsibleState = CommentThreadCollapsibleState.Expanded;
    }
  }

  // --- what the user does ----------------------------------------------------------------

  async #create({ thread, text }: CommentReply): Promise<void> {
    const { start, end } = thread.range ?? new Range(0, 0, 0, 0);
    this.#begun.add(thread);
    const problem = await this.#try("peerline.addComment", {
      uri: thread.uri.toString(),
      line: start.line,
      end_line: end.line > start.line ? end.line : undefined,
      content: text,
    });
    if (problem !== undefined) {
      this.#begun.delete(thread);
      thread.contextValue = "unsent";
      thread.label = "Not sent";
      thread.canReply = false;
      keepDraft(thread, text, problem);
    }
  }

  async #reply({ thread, text }: CommentReply): Promise<void> {
    const [first] = thread.comments;
    if (!(first instanceof SharedComment)) {
      return;
    }
    const problem = await this.#try("peerline.reply", { comment_id: first.item.id, content: text });
    if (problem !== undefined) {
      keepDraft(thread, text, problem);
    }
  }

  async #retry(unsent: Draft | SharedComment): Promise<void> {
    if (unsent instanceof SharedComment) {
      const problem = await this.#again(unsent, () =>
        this.#try("peerline.resendPending", { id: unsent.item.id }),
      );
      if (problem !== undefined) {
        void complain(`Peerline: ${problem}`);
      }
      return;
    }
    const { thread, text } = unsent;
    const isNew = thread.contextValue === "unsent";
    thread.comments = thread.comments.filter((comment) => comment !== unsent);
    await (isNew ? this.#create({ thread, text }) : this.#reply({ thread, text }));
    const again = thread.comments.find(
      (comment): comment is Draft => comment instanceof Draft && comment.text === text,
    );
    if (unsent.isDiscarded && again !== undefined) {
      removeDraft(again);
    }
  }

  async #discard(unsent: Draft | SharedComment): Promise<void> {
    if (unsent instanceof SharedComment) {
      await this.#do("peerline.discardPending", { id: unsent.item.id });
    } else {
      unsent.isDiscarded = true;
      if (unsent.thread.comments.includes(unsent)) {
        removeDraft(unsent);
      }
    }
  }

  async #resolve(thread: CommentThread, resolved: boolean): Promise<void> {
    const [first] = thread.comments;
    if (first instanceof SharedComment) {
      await this.#do("peerline.resolve", { comment_id: first.item.id, resolved });
    }
  }

  #edit(comment: SharedComment): void {
    comment.body = comment.item.content;
    comment.mode = CommentMode.Editing;
    refresh(comment.thread);
  }

  #cancel(comment: SharedComment): void {
    comment.body = bodyOf(comment.item);
    comment.mode = CommentMode.Preview;
    refresh(comment.thread);
  }

  async #save(comment: SharedComment): Promise<void> {
    const content = typeof comment.body === "string" ? comment.body : comment.body.value;
    const problem = await this.#again(comment, () =>
      this.#try("peerline.editMessage", { message_id: comment.item.id, content }),
    );
    if (problem === undefined) {
      comment.mode = CommentMode.Preview;
      comment.body = toBody(content);
      refresh(comment.thread);
    } else {
      // The editor stays open with the text in it.
      void complain(`The comment was not changed: ${problem}`);
    }
  }

  async #delete(comment: SharedComment): Promise<void> {
    const remove = "Delete";
    const what = comment.thread.comments[0] === comment ? "the comment" : "the reply";
    const choice = await ask(`Delete ${what} for everybody?`, {}, remove);
    if (choice === remove) {
      await this.#do("peerline.deleteMessage", { message_id: comment.item.id });
    }
  }

  async #react(comment: Comment, reaction: CommentReaction): Promise<void> {
    if (comment instanceof SharedComment) {
      await this.#do("peerline.react", {
        message_id: comment.item.id,
        emoji: reaction.label ?? "",
        remove: reaction.authorHasReacted,
      });
    }
  }

  /** Send again what may have been refused: with another id it comes into the same thread. */
  async #again(
    { item, thread }: SharedComment,
    send: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    if (item.refusal === undefined || !("replies" in item)) {
      return send();
    }
    this.#begun.add(thread);
    const problem = await send();
    if (problem !== undefined) {
      this.#begun.delete(thread);
    }
    return problem;
  }

  /** Carry out a command; why it was refused, if it was. */
  async #try<Name extends keyof EditorCommands>(
    name: Name,
    ...args: ArgumentsOf<Name>
  ): Promise<string | undefined> {
    try {
      await this.#session.command(name, ...args);
      return undefined;
    } catch (error) {
      if (error instanceof CommandRefused) {
        return error.message;
      }
      throw error;
    }
  }

  async #do<Name extends keyof EditorCommands>(
    name: Name,
    ...args: ArgumentsOf<Name>
  ): Promise<void> {
    const problem = await this.#try(name, ...args);
    if (problem !== undefined) {
      void complain(`Peerline: ${problem}`);
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

/** For the menus of package.json: a thread that nobody else has can be neither answered nor resolved. */
function contextOfThread(thread: EditorThread): string {
  return thread.is_pending ? "waiting" : thread.resolved ? "resolved" : "open";
}

function isOutdated(item: EditorThread | EditorReply): boolean {
  return "outdated" in item && item.outdated;
}

function isOpen(thread: CommentThread): boolean {
  return thread.contextValue === "open";
}

/** What stands beside the author's name; of a thread that waits the title says so. */
function stateOf(item: EditorThread | EditorReply): string | undefined {
  const isThread = "replies" in item;
  if (item.refusal !== undefined) {
    return isThread ? item.refusal : `Not sent: ${item.refusal}`;
  }
  if (item.is_pending) {
    return isThread ? undefined : "Waiting to be sent";
  }
  return item.is_edited ? "edited" : undefined;
}

/** Whether an item that waited has become this one. */
function isSentAs(waiting: EditorThread | EditorReply, sent: EditorThread | EditorReply): boolean {
  return (
    waiting.is_pending === true &&
    !sent.is_pending &&
    sent.is_me === true &&
    waiting.content === sent.content
  );
}

/** For the menus of package.json. */
function contextOf(item: EditorThread | EditorReply, isHost: boolean): string {
  if (item.refusal !== undefined) {
    return "refused";
  }
  if (item.is_pending) {
    return "pending";
  }
  return item.is_me ? "mine" : isHost ? "deletable" : "other";
}

function rangeOf(thread: EditorThread): Range {
  return new Range(thread.line, 0, thread.end_line, 0);
}

function labelOf(thread: EditorThread): string {
  if (thread.is_pending) {
    return thread.refusal === undefined ? "Waiting to be sent" : "Not sent";
  }
  if (thread.outdated) {
    const snippet = oneLine(thread.code_snippet);
    return snippet ? `Outdated – was on: ${snippet}` : "Outdated";
  }
  return thread.resolved ? "Resolved" : count(thread.replies.length + 1, "comment", "comments");
}

function bodyOf(item: EditorThread | EditorReply): MarkdownString {
  return "is_deleted" in item && item.is_deleted
    ? new MarkdownString("*This comment was deleted.*")
    : toBody(item.content);
}

/** Never trusted: no command links, no HTML. */
function toBody(content: string): MarkdownString {
  return new MarkdownString(toMarkdown(content));
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

/** The comments as they are now, but those that are being edited at the moment stay. */
function keepEdits(before: readonly Comment[], now: readonly SharedComment[]): Comment[] {
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

function keepDraft(thread: CommentThread, text: string, reason: string): void {
  thread.comments = [...thread.comments, new Draft(thread, text, reason)];
  thread.collapsibleState = CommentThreadCollapsibleState.Expanded;
}

function removeDraft(draft: Draft): void {
  const { thread } = draft;
  thread.comments = thread.comments.filter((comment) => comment !== draft);
  if (thread.comments.length === 0) {
    thread.dispose();
  }
}

/** VS Code notices a change only by a new list. */
function refresh(thread: CommentThread): void {
  thread.comments = [...thread.comments];
}

function commentable(document: TextDocument): Range[] {
  return workspace.getWorkspaceFolder(document.uri) === undefined
    ? []
    : [new Range(0, 0, Math.max(0, document.lineCount - 1), 0)];
}
