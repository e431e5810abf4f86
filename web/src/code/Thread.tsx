// A comment thread: its messages, and a field for a reply.
import type { Comment } from "@peerline/client";
import { ControllerContext } from "@peerline/ui/components/App";
import { Avatar } from "@peerline/ui/components/Avatar";
import { Plain, RichText } from "@peerline/ui/components/RichText";
import type { Controller } from "@peerline/ui/controller";
import { revealed } from "@peerline/ui/model/reveal";
import { run } from "@peerline/ui/supervise";
import { useRef, useState } from "preact/hooks";
import { reasonOf } from "../session/drafts.ts";
import { Toolbar } from "../session/Toolbar.tsx";
import type { CodeSession } from "./codeSession.ts";
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
        {code.mayComment && <Reply code={code} thread={thread} />}
      </section>
    </ControllerContext.Provider>
  );
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
  const [text, setText] = useState(() => code.drafts.reply(thread.id));
  const [refusal, setRefusal] = useState("");
  const write = (written: string): void => {
    setText(written);
    code.drafts.keepReply(thread.id, written);
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
      const written = text;
      write("");
      try {
        await code.client.comments.reply(thread.id, written);
      } catch (error) {
        write(written);
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

interface FieldProps {
  label: string;
  value: string;
  isFirst?: boolean;
  onWrite(text: string): void;
  onEscape?(): void;
}

function Field({ label, value, isFirst = false, onWrite, onEscape }: FieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  return (
    <>
      {(isFirst || value !== "") && <Toolbar field={field} label={label.toLowerCase()} />}
      <textarea
        ref={field}
        aria-label={label}
        placeholder={label}
        rows={isFirst ? 3 : 1}
        value={value}
        onInput={(event) => onWrite(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          } else if (event.key === "Escape" && onEscape !== undefined) {
            event.stopPropagation();
            onEscape();
          }
        }}
      />
    </>
  );
}

interface NewThreadProps {
  code: CodeSession;
  /** Sends the comment as it is anchored now. */
  onSend(text: string): Promise<unknown>;
}

/** The comment that is being written. */
export function NewThread({ code, onSend }: NewThreadProps) {
  useCode(code);
  const [refusal, setRefusal] = useState("");
  const draft = code.drafts.comment;
  if (draft === undefined) {
    return null;
  }
  const { first, last, text } = draft;
  const send = async (): Promise<void> => {
    try {
      await onSend(text);
    } catch (error) {
      setRefusal(reasonOf(error));
    }
  };
  const where = first === last ? `line ${first + 1}` : `lines ${first + 1} to ${last + 1}`;
  return (
    <form
      class="thread"
      aria-label={`Comment on ${where}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") {
          run("commenting", send);
        }
      }}
    >
      <Field
        label="Comment"
        value={text}
        isFirst
        onWrite={(written) => code.keepComment({ ...draft, text: written })}
        {...(text === "" ? { onEscape: () => code.keepComment(undefined) } : {})}
      />
      {refusal !== "" && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <div class="thread-acts">
        <button type="submit" class="primary" disabled={text.trim() === ""}>
          Add comment
        </button>
        <button type="button" onClick={() => code.keepComment(undefined)}>
          Discard
        </button>
        <span class="note">{where}</span>
      </div>
    </form>
  );
}
