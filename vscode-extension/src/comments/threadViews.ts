// The comment threads of the session as VS Code's threads: made, brought up to date, taken away.

import type { EditorReply, EditorState, EditorThread } from "@peerline/ui/generated/protocol";
import {
  type CommentController,
  CommentMode,
  type CommentThread,
  CommentThreadCollapsibleState,
  CommentThreadState,
  Range,
  Uri,
} from "vscode";
import type { ThreadChanges } from "../session/threadStore";
import { count, oneLine } from "../shared/names";
import { showAt } from "../shared/showAt";
import { Draft } from "./drafts";
import { isSentAs, keepEdits, SharedComment } from "./sharedComment";

/** Holds VS Code's thread of each thread of the session. */
export class ThreadViews {
  readonly #controller: CommentController;
  readonly #threads = new Map<string, CommentThread>();
  /** Threads that the user has just begun: the comment takes their place when it comes. */
  readonly #begun = new Set<CommentThread>();
  /** The ids of threads that wait or were refused. */
  readonly #unsent = new Set<string>();
  /** The role with which the user may write. */
  #role: EditorState["role"];

  constructor(controller: CommentController) {
    this.#controller = controller;
  }

  /** Show what has changed in a document. */
  update({ uri, changed, gone }: ThreadChanges): void {
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
    thread.canReply = this.#role !== undefined;
    this.#fill(thread, [shared, ...shared.replies]);
  }

  #fill(thread: CommentThread, items: readonly (EditorThread | EditorReply)[]): void {
    const shown = keepEdits(
      thread.comments,
      items.map((item) => this.#comment(item, thread)),
    );
    thread.comments = [...shown, ...thread.comments.filter((comment) => comment instanceof Draft)];
  }

  #comment(item: EditorThread | EditorReply, thread: CommentThread): SharedComment {
    return new SharedComment(item, thread, this.#role === "host");
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

  /** The user may write with this role from now on; not at all without one. */
  setRole(role: EditorState["role"]): void {
    this.#role = role;
    const mayWrite = role !== undefined;
    for (const [id, thread] of this.#threads) {
      const current = mayWrite && !thread.canReply ? this.#withForm(id, thread) : thread;
      current.canReply = mayWrite;
      const shared = current.comments.filter((comment) => comment instanceof SharedComment);
      this.#fill(
        current,
        shared.map(({ item }) => item),
      );
    }
  }

  /** A thread that was shown without a form is made anew: VS Code would draw two buttons to reply. */
  #withForm(id: string, before: CommentThread): CommentThread {
    const { uri, range, comments, collapsibleState, contextValue, label, state } = before;
    const thread = this.#controller.createCommentThread(
      uri,
      range ?? new Range(0, 0, 0, 0),
      comments,
    );
    for (const comment of comments) {
      if (comment instanceof SharedComment || comment instanceof Draft) {
        comment.thread = thread;
      }
    }
    Object.assign(thread, { collapsibleState, contextValue, label, state });
    this.#threads.set(id, thread);
    before.dispose();
    return thread;
  }

  /** Take everything away but what the user has written and nobody else has. */
  clear(): void {
    for (const [id, thread] of this.#threads) {
      if (!thread.comments.some((comment) => comment instanceof Draft)) {
        thread.dispose();
        this.#threads.delete(id);
      }
    }
  }

  /** The next comment of the user in this file is this thread's. */
  begin(thread: CommentThread): void {
    this.#begun.add(thread);
  }

  /** The thread has got no comment. */
  withdraw(thread: CommentThread): void {
    this.#begun.delete(thread);
  }

  /** Go to a thread and unfold it. */
  async reveal(uri: Uri, thread: EditorThread): Promise<void> {
    await showAt(uri, rangeOf(thread).start);
    const shown = this.#threads.get(thread.id);
    if (shown !== undefined) {
      shown.collapsibleState = CommentThreadCollapsibleState.Expanded;
    }
  }

  /** VS Code has closed the editor; only a comment that it does not know yet gets another one. */
  editAgain(comment: SharedComment, content: string): void {
    const { item, thread } = comment;
    const again = this.#comment(item, thread);
    again.body = content;
    again.mode = CommentMode.Editing;
    thread.comments = thread.comments.map((one) => (one === comment ? again : one));
  }
}

/** For the menus of package.json: a thread that nobody else has cannot be resolved. */
function contextOfThread(thread: EditorThread): string {
  return thread.is_pending ? "waiting" : thread.resolved ? "resolved" : "open";
}

function isOutdated(item: EditorThread | EditorReply): boolean {
  return "outdated" in item && item.outdated;
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
