// Drafts that people write together, as this user shares and ends them.
import type { SessionClient, SharedDraft } from "@peerline/client/session";
import type { Drafts } from "./drafts.ts";
import type { OpenFiles } from "./openFiles.ts";
import type { CodeView } from "./ports.ts";
import { sharedIdOf } from "./together.ts";

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
  readonly client: SessionClient;
  readonly around: Around;

  constructor(client: SessionClient, around: Around) {
    this.client = client;
    this.around = around;
  }

  /** Let others write in a comment of this user, where it is now. */
  async shareComment(draftId: string): Promise<void> {
    const draft = this.around.drafts.comment(draftId);
    if (draft !== undefined) {
      const anchor = this.around.editor()?.anchorOf(draftId) ?? draft.anchor;
      const data = { id: sharedIdOf(draftId), content: draft.text, anchor };
      await this.client.request({ type: "share_draft", data });
    }
  }

  /** Let others write in a reply of this user. */
  async shareReply(threadId: string, content: string): Promise<void> {
    const id = Math.random().toString(36).slice(2);
    const data = { id, content, comment_id: threadId };
    await this.client.request({ type: "share_draft", data });
  }

  /** Nobody writes in a draft any more. */
  async end({ id }: SharedDraft): Promise<void> {
    await this.client.request({ type: "end_draft", draft_id: id });
  }

  /** The user leaves: nobody could send their drafts. */
  async endAll(me: string): Promise<void> {
    const mine = this.client.replica.drafts.filter(({ user_id }) => user_id === me);
    await Promise.all(mine.map((shared) => this.end(shared)));
  }
}
