// A comment thread: its messages, and a field for a reply.
import type { Comment, Typed } from "@peerline/client";
import { ControllerContext } from "@peerline/ui/components/App";
import { Avatar } from "@peerline/ui/components/Avatar";
import { Plain, RichText } from "@peerline/ui/components/RichText";
import type { Controller } from "@peerline/ui/controller";
import { revealed } from "@peerline/ui/model/reveal";
import { run } from "@peerline/ui/supervise";
import { useState } from "preact/hooks";
import { reasonOf } from "../shared/drafts.ts";
import type { CodeSession } from "./codeSession.ts";
import { Field } from "./Field.tsx";
import { Share } from "./Share.tsx";
import { Together } from "./Together.tsx";
import { Unsent } from "./Unsent.tsx";
import { useCode } from "./useCode.ts";

interface ThreadProps {
  code: CodeSession;
  controller: Controller;
  threadId: string;
}

/** A thread below its line or in the list; it is drawn again when the session changes. */
export function Thread({ code, controller, threadId }: ThreadProps) {
  useCode(code);
  const thread = code.client.replica.threads.get(threadId);
  if (thread === undefined) {
    return null;
  }
  const line = code.lineOf(thread);
  const drafts = code.client.replica.drafts.filter(({ comment_id }) => comment_id === threadId);
  return (
    <ControllerContext.Provider value={controller}>
      <section
        class="thread"
        aria-label={`Comment by ${revealed(thread.username)} on line ${line}`}
      >
        <Said code={code} said={thread} />
        {(thread.replies ?? []).map((reply) => (
          <Said key={reply.id} code={code} said={reply} />
        ))}
        {code.client.unsent.items
          .filter(({ message }) => isReply(message, thread.id))
          .map((item) => (
            <Unsent key={item.requestId} code={code} item={item} />
          ))}
        {drafts.map((shared) => (
          <Together key={shared.id} code={code} shared={shared} />
        ))}
        {code.mayComment && !drafts.some(({ user_id }) => user_id === code.me) && (
          <Reply code={code} thread={thread} />
        )}
      </section>
    </ControllerContext.Provider>
  );
}

function isReply(message: Typed, threadId: string): boolean {
  return message.type === "reply_comment" && message.comment_id === threadId;
}

type SaidBy = Pick<Comment, "user_id" | "username" | "content" | "deleted_at">;

function Said({ code, said }: { code: CodeSession; said: SaidBy }) {
  const people = [...code.client.replica.participants.values()].map(({ id, username }) => ({
    username,
    isMe: id === code.me,
  }));
  return (
    <div class="thread-said">
      <Avatar username={said.username} color={code.around.colorOf(said.user_id)} isSmall />
      <div>
        <strong>
          <Plain text={said.username} />
        </strong>
        {said.deleted_at === undefined ? (
          <RichText content={said.content} people={people} isCurrent />
        ) : (
          <p class="note">This comment was deleted.</p>
        )}
      </div>
    </div>
  );
}

function Reply({ code, thread }: { code: CodeSession; thread: Comment }) {
  // It changes when a reply that was written together is sent, too.
  const text = code.drafts.reply(thread.id);
  const [, setDrawn] = useState(0);
  const [refusal, setRefusal] = useState("");
  const write = (written: string): void => {
    code.drafts.keepReply(thread.id, written);
    setDrawn((drawn) => drawn + 1);
  };
  const answer = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      setRefusal("");
      await work();
    } catch (error) {
      setRefusal(reasonOf(error));
    }
  };
  const reply = (): Promise<void> =>
    answer(async () => {
      write("");
      try {
        await code.client.comments.reply(thread.id, text, { keepsRefused: true });
      } catch (error) {
        // There was no room for it to wait; what was written meanwhile stays, too.
        const since = code.drafts.reply(thread.id);
        write(since === "" ? text : `${text}\n\n${since}`);
        throw error;
      }
    });
  return (
    <form
      class="thread-reply"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") {
          run("replying", reply);
        }
      }}
    >
      <Field label="Reply" value={text} onWrite={write} />
      {refusal !== "" && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <div class="thread-acts">
        <button type="submit" class="primary" disabled={text.trim() === ""}>
          Reply
        </button>
        {text.trim() !== "" && <Share onShare={() => code.together.shareReply(thread.id, text)} />}
        <button
          type="button"
          onClick={() =>
            run("resolving", () => answer(() => code.client.comments.resolve(thread.id)))
          }
        >
          Resolve
        </button>
      </div>
    </form>
  );
}
