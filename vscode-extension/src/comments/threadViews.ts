// The comment threads of the session as VS Code's threads: made, brought up to date, taken away.

import type {
  EditorParticipant,
  EditorReply,
  EditorState,
  EditorThread,
} from "@peerline/ui/generated/protocol";
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
import type { Mentionable } from "./commentText";
import { Draft } from "./drafts";
import { QUOTED_SCHEME } from "./quotedCode";
import { keepEdits, SharedComment, type Surroundings } from "./sharedComment";
import { ThreadOwners } from "./threadOwners";

/** Holds VS Code's thread of each thread of the session. */
export class ThreadViews {
  readonly #controller: CommentController;
  readonly #owners = new ThreadOwners<CommentThread>();
  /** The role with which the user may write. */
  #role: EditorState["role"];
  #people: readonly Mentionable[] = [];

  constructor(controller: CommentController) {
    this.#controller = controller;
  }

  /** Show what has changed in a document. */
  update({ uri, changed, gone }: ThreadChanges): void {
    // First, so that what was sent takes the place of what waited, and stays as it is.
    for (const thread of changed) {
      this.#show(uri, thread);
    }
    for (const thread of this.#owners.release(Uri.parse(uri).toString(), gone)) {
      thread.dispose();
    }
  }

  #show(uri: string, shared: EditorThread): void {
    const place = Uri.parse(uri);
    const { view, left } = this.#owners.claim(place.toString(), shared);
    left?.dispose();
    const thread = view ?? this.#make(place, shared);
    const range = rangeIn(thread.uri, shared);
    const [before] = thread.comments;
    if (before instanceof SharedComment && isOutdated(before.item) !== shared.outdated) {
      // VS Code moves a thread with the text automatically; it ignores a place that it was given before.
      thread.range = undefined;
    }
    if (thread.range === undefined || !thread.range.isEqual(range)) {
      thread.range = range;
    }
    // Not for a thread that has just come, which VS Code shows folded: a state that is set now
    // arrives there later, and would fold a thread that was opened in the meantime.
    if (shared.resolved && thread.state === CommentThreadState.Unresolved) {
      thread.collapsibleState = CommentThreadCollapsibleState.Collapsed;
    }
    thread.state = shared.resolved ? CommentThreadState.Resolved : CommentThreadState.Unresolved;
    thread.contextValue = contextOfThread(shared);
    thread.label = labelOf(shared);
    thread.canReply = this.#role !== undefined;
    this.#fill(thread, [shared, ...shared.replies]);
  }

  #fill(thread: CommentThread, items: readonly (EditorThread | EditorReply)[]): void {
    const surroundings = this.#surroundings(items);
    const shown = keepEdits(
      thread.comments,
      items.map((item) => new SharedComment(item, thread, surroundings)),
    );
    thread.comments = [...shown, ...thread.comments.filter((comment) => comment instanceof Draft)];
  }

  #surroundings(items: readonly (EditorThread | EditorReply)[]): Surroundings {
    const [first] = items;
    return {
      isHost: this.#role === "host",
      people: [...this.#people, ...items.map(asMentionable)],
      snippet: first !== undefined && "code_snippet" in first ? first.code_snippet.split("\n") : [],
    };
  }

  #make(place: Uri, shared: EditorThread): CommentThread {
    const thread = this.#controller.createCommentThread(place, rangeOf(shared), []);
    this.#owners.give(thread, place.toString(), shared);
    return thread;
  }

  /** The user may write with this role from now on; not at all without one. */
  setRole(role: EditorState["role"]): void {
    this.#role = role;
    const mayWrite = role !== undefined;
    for (const [id, thread] of [...this.#owners]) {
      // VS Code would draw two reply buttons on one that was shown without a form.
      const current = mayWrite && !thread.canReply ? this.#again(id, thread) : thread;
      current.canReply = mayWrite;
    }
    this.redraw();
  }

  /** These people may be mentioned. */
  setPeople(participants: readonly EditorParticipant[]): void {
    const people = participants.map(asMentionable);
    if (JSON.stringify(people) !== JSON.stringify(this.#people)) {
      this.#people = people;
      this.redraw();
    }
  }

  /** Draw each comment again: something around it has changed. */
  redraw(): void {
    for (const [, thread] of this.#owners) {
      const shared = thread.comments.filter((comment) => comment instanceof SharedComment);
      this.#fill(
        thread,
        shared.map(({ item }) => item),
      );
    }
  }

  /** Recreate a thread, maybe in another document. */
  #again(id: string, before: CommentThread, uri = before.uri, at = before.range): CommentThread {
    const { comments, collapsibleState, contextValue, label, state } = before;
    const thread = this.#controller.createCommentThread(uri, at ?? new Range(0, 0, 0, 0), comments);
    for (const comment of comments) {
      if (comment instanceof SharedComment || comment instanceof Draft) {
        comment.thread = thread;
      }
    }
    Object.assign(thread, { collapsibleState, contextValue, label, state });
    this.#owners.exchange(id, thread);
    before.dispose();
    return thread;
  }

  /** Take everything away but what the user has written and nobody else has. */
  clear(): void {
    for (const [id, thread] of [...this.#owners]) {
      if (!thread.comments.some((comment) => comment instanceof Draft)) {
        thread.dispose();
        this.#owners.forget(id);
      }
    }
  }

  /** The next comment of the user in this file is this thread's. */
  begin(thread: CommentThread): void {
    this.#owners.begin(thread, thread.uri.toString());
  }

  /** The thread has got no comment. */
  withdraw(thread: CommentThread): void {
    this.#owners.withdraw(thread);
  }

  /** Go to a thread and unfold it; in another document than that of its file, it is shown there. */
  async reveal(uri: Uri, thread: EditorThread): Promise<void> {
    const range = rangeIn(uri, thread);
    await showAt(uri, range.start);
    const view = this.#owners.viewOf(thread.id);
    if (view !== undefined) {
      const isThere = view.uri.toString() === uri.toString();
      const shown = isThere ? view : this.#again(thread.id, view, uri, range);
      shown.canReply = this.#role !== undefined;
      shown.collapsibleState = CommentThreadCollapsibleState.Expanded;
    }
  }

  /** VS Code has closed the editor; only a comment that it does not know yet gets another one. */
  editAgain(comment: SharedComment, content: string): void {
    const { item, thread, surroundings } = comment;
    const again = new SharedComment(item, thread, surroundings);
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

/** The lines of a thread in a document, which may have only the code that it quotes. */
function rangeIn({ scheme }: Uri, thread: EditorThread): Range {
  const last = thread.code_snippet.split("\n").length - 1;
  return scheme === QUOTED_SCHEME ? new Range(0, 0, last, 0) : rangeOf(thread);
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

function asMentionable({
  username,
  color,
  is_me = false,
}: Pick<EditorThread, "username" | "color" | "is_me">): Mentionable {
  return { username, color, isMe: is_me };
}
