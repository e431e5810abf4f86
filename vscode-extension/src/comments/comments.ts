// Comment threads in the editor, with VS Code's Comments API: the user's actions and notifications.

import type { EditorCommands, EditorState, EditorThread } from "@peerline/ui/generated/protocol";
import { CommandRefused } from "@peerline/ui/refusal";
import { failed, guard, listen, run } from "@peerline/ui/supervise";
import {
  type Comment,
  type CommentController,
  CommentMode,
  type CommentReaction,
  type CommentReply,
  type CommentThread,
  CommentThreadCollapsibleState,
  commands,
  comments,
  type Disposable,
  Range,
  type TextDocument,
  Uri,
  window,
} from "vscode";
import { canWrite } from "../session/contextKeys";
import type { ArgumentsOf, Session } from "../session/session";
import type { ThreadChanges } from "../session/threadStore";
import { Once } from "../shared/once";
import { canonical } from "../shared/places";
import { isInSession } from "../shared/sessionFiles";
import { ask, show } from "../shared/tell";
import type { News } from "../status/news";
import { completeComments } from "./completion";
import { Draft } from "./drafts";
import { placeOf, QUOTED_SCHEME, QuotedCode } from "./quotedCode";
import { refresh, SharedComment, toBody } from "./sharedComment";
import { chooseSuggestion } from "./suggestions";
import { ThreadNews } from "./threadNews";
import { hereOf, neighbor, type Visit } from "./threadOrder";
import { ThreadViews } from "./threadViews";

/** Shows the threads, and carries out what is done to them. */
export class Comments implements Disposable {
  readonly #session: Session;
  readonly #controller: CommentController;
  readonly #views: ThreadViews;
  readonly #news: ThreadNews;
  readonly #quoted = new QuotedCode();
  readonly #disposables: Disposable[];
  /** The window answers a command after it has sent the presses that came before. */
  readonly #sending = new Once<CommentThread>(async () => commands.executeCommand("noop"));
  #knowsSession = "";
  /** The thread that a command went to last. */
  #visit: Visit | undefined;
  /** The role with which the user may write; null before it is known. */
  #mayAs: EditorState["role"] | null = null;

  constructor(session: Session, news: News) {
    this.#session = session;
    this.#controller = comments.createCommentController("peerline", "Peerline");
    this.#views = new ThreadViews(this.#controller);
    this.#news = new ThreadNews(news, this.reveal.bind(this));
    this.#disposables = [
      this.#controller,
      this.#quoted,
      session.onDidChangeThreads((changes) => this.#onThreads(changes)),
      session.onDidChangeState(() => this.#onState()),
      session.onDidChangeParticipants((people) => this.#views.setPeople(people)),
      listen(window.onDidChangeActiveColorTheme, "drawing avatars", () => this.#views.redraw()),
      completeComments(session),
      session.onDidRestore(() => this.#showResolved()),
      ...this.#commands(),
    ];
    this.#onState();
  }

  #commands(): Disposable[] {
    const on = (name: string, act: (target: never) => Promise<void>) =>
      commands.registerCommand(
        `peerline.comments.${name}`,
        guard(`peerline.comments.${name}`, act),
      );
    return [
      on("create", (reply: CommentReply) => this.#once(reply, () => this.#create(reply))),
      on("reply", (reply: CommentReply) => this.#once(reply, () => this.#reply(reply))),
      on("resolve", (thread: CommentThread) => this.#resolve(thread, true)),
      on("reopen", (thread: CommentThread) => this.#resolve(thread, false)),
      on("edit", async (comment: Draft | SharedComment) => this.#edit(comment)),
      on("save", (comment: Draft | SharedComment) => this.#save(comment)),
      on("cancel", async (comment: Draft | SharedComment) => this.#cancel(comment)),
      on("delete", (comment: SharedComment) => this.#delete(comment)),
      on("apply", (comment: SharedComment) => this.#apply(comment)),
      on("retry", (unsent: Draft | SharedComment) => this.#retry(unsent)),
      on("discard", (unsent: Draft | SharedComment) => this.#discard(unsent)),
    ];
  }

  /** Go to a thread and unfold it: in its file, the shared text of that, or the quoted code. */
  async reveal(uri: Uri, thread: EditorThread): Promise<void> {
    const place = await placeOf(this.#session, this.#quoted, uri, thread);
    const isQuote = place.scheme === QUOTED_SCHEME;
    this.#visit = { threadId: thread.id, shownIn: place.toString(), isQuote };
    await this.#views.reveal(place, thread);
  }

  /** Go to the open thread after the cursor, or before it, in any file. */
  async goToNeighbor(direction: "next" | "previous"): Promise<void> {
    const editor = window.activeTextEditor;
    const cursor = editor && {
      uri: editor.document.uri.toString(),
      line: editor.selection.active.line,
    };
    const threads = [...this.#session.threads].map(({ uri, thread }) => ({
      uri: canonical(uri),
      thread,
    }));
    const found = neighbor(threads, hereOf(cursor, this.#visit, threads), direction);
    if (found === undefined) {
      show.info("There are no open comments.");
      return;
    }
    await this.reveal(Uri.parse(found.uri), found.thread);
  }

  // --- changes from the session ------------------------------------------------------------

  #onThreads(changes: ThreadChanges): void {
    this.#views.update(changes);
    this.#news.settle(changes);
    // Comments from before the user joined are no news.
    if (this.#knowsSession === this.#session.state.session_id) {
      for (const item of changes.news) {
        run("announcing a comment", () => this.#news.tell(changes.uri, item));
      }
    }
  }

  #onState(): void {
    const { session_id, state } = this.#session.state;
    if (state === "offline") {
      this.#knowsSession = "";
      this.#news.clear();
      this.#views.clear();
    } else if (state === "joined" && session_id !== undefined) {
      // The threads of the snapshot came before; what comes from now on is new.
      if (this.#knowsSession !== session_id) {
        this.#knowsSession = session_id;
        run("showing resolved comments", () => this.#showResolved());
      }
    }
    const mayWrite = this.#session.isInSession && canWrite(this.#session.state);
    const mayAs = mayWrite ? this.#session.state.role : undefined;
    if (mayAs === this.#mayAs) {
      return; // VS Code would recreate each form and lose its text
    }
    this.#mayAs = mayAs;
    this.#controller.commentingRangeProvider = mayWrite
      ? { provideCommentingRanges: (document) => commentable(document) }
      : undefined;
    this.#controller.reactionHandler = mayWrite
      ? (comment, reaction) =>
          this.#react(comment, reaction).catch((error) => failed("reacting to a comment", error))
      : undefined;
    this.#views.setRole(mayAs);
  }

  /** Resolved threads stay as folded signs: those from before the user joined, too. */
  async #showResolved(): Promise<void> {
    // Refused, for example, if the session ends: they come with the next one.
    await this.#try("peerline.loadResolved");
  }

  // --- the user's actions ----------------------------------------------------------------

  /** VS Code leaves the form as it is until the text is sent: a second press would send it twice. */
  async #once({ thread, text }: CommentReply, send: () => Promise<void>): Promise<void> {
    // Without a text it is a second press, too, on a form that the first has emptied.
    if (text.trim() !== "") {
      await this.#sending.do(thread, send);
    }
  }

  async #create({ thread, text }: CommentReply): Promise<void> {
    const problem = await this.#add(thread, text);
    if (problem !== undefined) {
      thread.contextValue = "unsent";
      thread.label = "Not sent";
      thread.canReply = false;
      keepDraft(thread, text, problem);
    }
  }

  async #reply({ thread, text }: CommentReply): Promise<void> {
    const problem = await this.#answer(thread, text);
    if (problem !== undefined) {
      keepDraft(thread, text, problem);
    }
  }

  /** Send the comment of a thread that the user has begun; why it was refused, if it was. */
  async #add(thread: CommentThread, text: string): Promise<string | undefined> {
    const { start, end } = thread.range ?? new Range(0, 0, 0, 0);
    this.#views.begin(thread);
    const problem = await this.#try("peerline.addComment", {
      uri: thread.uri.toString(),
      line: start.line,
      end_line: end.line > start.line ? end.line : undefined,
      content: text,
    });
    if (problem !== undefined) {
      this.#views.withdraw(thread);
    }
    return problem;
  }

  /** Send a reply; why it was refused, if it was. */
  async #answer(thread: CommentThread, text: string): Promise<string | undefined> {
    const [first] = thread.comments;
    return first instanceof SharedComment
      ? this.#try("peerline.reply", { comment_id: first.item.id, content: text })
      : "the comment has not arrived yet";
  }

  async #retry(unsent: Draft | SharedComment): Promise<void> {
    if (unsent instanceof SharedComment) {
      const problem = await this.#again(unsent, () =>
        this.#try("peerline.resendPending", { id: unsent.item.id }),
      );
      if (problem !== undefined) {
        show.error(`Peerline: ${problem}`);
      }
      return;
    }
    if (unsent.isSending) {
      return;
    }
    const { thread, text } = unsent;
    unsent.send();
    refresh(thread);
    const isNew = thread.contextValue === "unsent";
    const problem = await (isNew ? this.#add(thread, text) : this.#answer(thread, text));
    if (problem === undefined) {
      thread.comments = thread.comments.filter((comment) => comment !== unsent);
    } else if (thread.comments.includes(unsent)) {
      unsent.refuse(problem);
      refresh(thread);
    }
  }

  async #discard(unsent: Draft | SharedComment): Promise<void> {
    if (unsent instanceof SharedComment) {
      await this.#do("peerline.discardPending", { id: unsent.item.id });
      return;
    }
    const { thread } = unsent;
    thread.comments = thread.comments.filter((comment) => comment !== unsent);
    if (thread.comments.length === 0) {
      // If it is being sent again and arrives after all, it comes as a thread of its own.
      this.#views.withdraw(thread);
      thread.dispose();
    }
  }

  async #resolve(thread: CommentThread, resolved: boolean): Promise<void> {
    const [first] = thread.comments;
    if (first instanceof SharedComment) {
      await this.#do("peerline.resolve", { comment_id: first.item.id, resolved });
    }
  }

  #edit(comment: Draft | SharedComment): void {
    comment.edit();
    refresh(comment.thread);
  }

  #cancel(comment: Draft | SharedComment): void {
    comment.close();
    refresh(comment.thread);
  }

  async #save(comment: Draft | SharedComment): Promise<void> {
    const content = typeof comment.body === "string" ? comment.body : comment.body.value;
    if (comment instanceof Draft) {
      comment.close(content);
      await this.#retry(comment);
      return;
    }
    const problem = await this.#again(comment, () =>
      this.#try("peerline.editMessage", { message_id: comment.item.id, content }),
    );
    if (problem === undefined) {
      comment.mode = CommentMode.Preview;
      comment.body = toBody(content, { ...comment.surroundings, suggestions: [] });
      refresh(comment.thread);
    } else {
      this.#views.editAgain(comment, content);
      show.error(`The comment was not changed: ${problem}`);
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

  async #apply(comment: SharedComment): Promise<void> {
    const index = await chooseSuggestion(comment);
    if (index !== undefined) {
      await this.#do("peerline.applySuggestion", { comment_id: comment.item.id, index });
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
    let problem: string | undefined;
    await this.#sending.do(thread, async () => {
      this.#views.begin(thread);
      problem = await send();
      if (problem !== undefined) {
        this.#views.withdraw(thread);
      }
    });
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
      show.error(`Peerline: ${problem}`);
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

function keepDraft(thread: CommentThread, text: string, reason: string): void {
  thread.comments = [...thread.comments, new Draft(thread, text, reason)];
  thread.collapsibleState = CommentThreadCollapsibleState.Expanded;
}

function commentable(document: TextDocument): Range[] {
  return isInSession(document.uri) ? [new Range(0, 0, Math.max(0, document.lineCount - 1), 0)] : [];
}
