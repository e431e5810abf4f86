// The shared drafts of a session, as their form keeps, writes, sends and ends them.
import type { AnchorData, SharedDraft } from "@peerline/client/session";
import { reasonOf } from "../shared/drafts.ts";
import { NEW } from "./drafts.ts";
import { coAuthors, credited } from "./together.ts";
import type { WritingTogether } from "./writingTogether.ts";

/** The work of the form, which is loaded with it. */
export class FormWork {
  readonly #together: WritingTogether;

  constructor(together: WritingTogether) {
    this.#together = together;
  }

  /** Keep the text of a draft as the own one, to go on with alone. */
  keep({ id, comment_id }: SharedDraft): void {
    const { drafts, files } = this.#together.around;
    const { state, text = "" } = files.get(id) ?? {};
    if (state !== "equal" && state !== "offline") {
      return; // its text is not there, or was kept before
    }
    const comment = drafts.comment(NEW + id);
    if (comment_id !== undefined) {
      drafts.keepReply(comment_id, text);
    } else if (comment !== undefined && comment.text !== text) {
      drafts.keepComment({ ...comment, text });
    }
  }

  /** The field has this text, and had that one before: what others wrote meanwhile stays. */
  write(draftId: string, before: string, now: string): void {
    const { files } = this.#together.around;
    const opened = files.get(draftId);
    if (opened !== undefined && files.editor !== undefined && before !== now) {
      const { difference, transformed } = files.editor;
      const own = difference(before, now);
      opened.edit(transformed(own, difference(before, opened.text)));
    }
  }

  /** The others whose text is in a draft. */
  async coAuthors({ id, user_id }: SharedDraft): Promise<readonly string[]> {
    const { runs } = await this.#together.client.ask({ type: "get_blame", document_id: id });
    const { participants } = this.#together.client.replica;
    return coAuthors(runs, user_id, (userId) => participants.get(userId)?.username);
  }

  /** Send a draft of this user, with the names of those who wrote it, too. */
  async send(shared: SharedDraft): Promise<void> {
    const { drafts, files, editor } = this.#together.around;
    const local = drafts.comment(NEW + shared.id);
    const names = await this.coAuthors(shared);
    const anchor =
      editor()?.anchorOf(NEW + shared.id) ?? local?.anchor ?? (shared.anchor as AnchorData);
    await this.#together.end(shared);
    // With what was written until it ended.
    const content = credited(files.get(shared.id)?.text ?? "", names);
    this.#forget(shared);
    const { comments } = this.#together.client;
    const { comment_id } = shared;
    try {
      if (comment_id === undefined) {
        await comments.add({ ...anchor, content }, { keepsRefused: true });
      } else {
        await comments.reply(comment_id, content, { keepsRefused: true });
      }
    } catch (error) {
      // There was no room for it to wait; what was written meanwhile stays, too.
      if (comment_id === undefined) {
        const refusal = reasonOf(error);
        drafts.keepComment({ id: NEW + shared.id, anchor, text: content, refusal });
      } else {
        drafts.keepReply(comment_id, `${content}\n\n${drafts.reply(comment_id)}`.trimEnd());
      }
    }
    this.#tell();
  }

  /** Write on alone, with the text as it is; in a tab that did not have it before, too. */
  async writeAlone(shared: SharedDraft): Promise<void> {
    await this.#together.end(shared);
    const { drafts, files } = this.#together.around;
    const id = NEW + shared.id;
    const anchor = shared.anchor as AnchorData | undefined;
    if (drafts.comment(id) === undefined && anchor !== undefined) {
      drafts.keepComment({ id, anchor, text: files.get(shared.id)?.text ?? "" });
      this.#tell();
    }
  }

  async discard(shared: SharedDraft): Promise<void> {
    await this.#together.end(shared);
    this.#forget(shared);
  }

  #forget({ id, comment_id }: SharedDraft): void {
    const { drafts } = this.#together.around;
    if (comment_id === undefined) {
      drafts.dropComment(NEW + id);
    } else {
      drafts.keepReply(comment_id, "");
    }
    this.#tell();
  }

  #tell(): void {
    const { editor, tell } = this.#together.around;
    editor()?.showThreads();
    tell();
  }
}
