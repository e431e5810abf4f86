// Drafts that people write together, as this user shares, writes, sends and ends them.
import type { AnchorData, SessionClient, SharedDraft } from "@peerline/client/session";
import { type Drafts, NEW } from "./drafts.ts";
import type { OpenFiles } from "./openFiles.ts";
import type { CodeView } from "./ports.ts";
import { coAuthors, credited, sharedIdOf } from "./together.ts";

/** The code around the drafts. */
interface Around {
  readonly drafts: Drafts;
  readonly files: OpenFiles;
  /** The editor that is shown. */
  editor(): CodeView | undefined;
  /** Something has changed. */
  tell(): void;
}

/** The shared drafts, for the components that draw them. */
export class WritingTogether {
  readonly #client: SessionClient;
  readonly #around: Around;

  constructor(client: SessionClient, around: Around) {
    this.#client = client;
    this.#around = around;
  }

  /** Let others write in a comment of this user, where it is now. */
  async shareComment(draftId: string): Promise<void> {
    const draft = this.#around.drafts.comment(draftId);
    if (draft !== undefined) {
      const anchor = this.#around.editor()?.anchorOf(draftId) ?? draft.anchor;
      const data = { id: sharedIdOf(draftId), content: draft.text, anchor };
      await this.#client.request({ type: "share_draft", data });
    }
  }

  /** Let others write in a reply of this user. */
  async shareReply(threadId: string, content: string): Promise<void> {
    const id = Math.random().toString(36).slice(2);
    const data = { id, content, comment_id: threadId };
    await this.#client.request({ type: "share_draft", data });
  }

  /** The own text that a draft would go on with alone. */
  keep({ id, comment_id }: SharedDraft, text: string): void {
    const { drafts } = this.#around;
    const comment = drafts.comment(NEW + id);
    if (comment_id !== undefined) {
      drafts.keepReply(comment_id, text);
    } else if (comment !== undefined && comment.text !== text) {
      drafts.keepComment({ ...comment, text });
    }
  }

  /** The field has this text, and had that one before: what others wrote meanwhile stays. */
  write(draftId: string, before: string, now: string): void {
    const { files } = this.#around;
    const opened = files.get(draftId);
    if (opened !== undefined && files.editor !== undefined && before !== now) {
      const { difference, transformed } = files.editor;
      const own = difference(before, now);
      opened.edit(transformed(own, difference(before, opened.text)));
    }
  }

  /** The others whose text is in a draft. */
  async coAuthors({ id, user_id }: SharedDraft): Promise<readonly string[]> {
    const { runs } = await this.#client.ask({ type: "get_blame", document_id: id });
    const { participants } = this.#client.replica;
    return coAuthors(runs, user_id, (userId) => participants.get(userId)?.username);
  }

  /** Send a draft of this user, with the names of those who wrote it, too. */
  async send(shared: SharedDraft): Promise<void> {
    const { drafts, files, editor, tell } = this.#around;
    const local = drafts.comment(NEW + shared.id);
    const names = await this.coAuthors(shared);
    const anchor = editor()?.anchorOf(NEW + shared.id) ?? local?.anchor ?? shared.anchor;
    const content = credited(files.get(shared.id)?.text ?? "", names);
    await this.end(shared);
    this.#forget(shared);
    const { comments } = this.#client;
    if (shared.comment_id !== undefined) {
      await comments.reply(shared.comment_id, content, { keepsRefused: true });
    } else if (anchor !== undefined) {
      await comments.add({ ...(anchor as AnchorData), content }, { keepsRefused: true });
    }
    tell();
  }

  /** Write on alone, with the text as it is. */
  async end({ id }: SharedDraft): Promise<void> {
    await this.#client.request({ type: "end_draft", draft_id: id });
  }

  /** The user leaves: nobody could send their drafts. */
  async endAll(me: string): Promise<void> {
    const mine = this.#client.replica.drafts.filter(({ user_id }) => user_id === me);
    await Promise.all(mine.map((shared) => this.end(shared)));
  }

  async discard(shared: SharedDraft): Promise<void> {
    await this.end(shared);
    this.#forget(shared);
  }

  #forget({ id, comment_id }: SharedDraft): void {
    const { drafts, editor, tell } = this.#around;
    if (comment_id === undefined) {
      drafts.dropComment(NEW + id);
    } else {
      drafts.keepReply(comment_id, "");
    }
    editor()?.showThreads();
    tell();
  }
}
