// A comment or reply that waits for the server, or was refused: then it can be changed and sent again.
import type { PendingItem } from "@peerline/client";
import { Plain } from "@peerline/ui/components/RichText";
import { asSentence } from "@peerline/ui/refusal";
import { guard, run } from "@peerline/ui/supervise";
import { useState } from "preact/hooks";
import { draftOf, reasonOf } from "../shared/drafts.ts";
import type { CodeSession } from "./codeSession.ts";
import { WAITING } from "./drafts.ts";
import { Field } from "./Field.tsx";

interface UnsentProps {
  code: CodeSession;
  item: PendingItem;
}

export function Unsent({ code, item }: UnsentProps) {
  const { requestId, message, refusal } = item;
  const { unsent } = code.client;
  const what = message.type === "add_comment" ? "Comment" : "Reply";
  const discard = guard("discarding a comment", async () => {
    code.drafts.keepReply(WAITING + requestId, "");
    await unsent.discard(requestId);
  });
  if (refusal !== undefined) {
    return <Refused key={requestId} code={code} item={item} what={what} onDiscard={discard} />;
  }
  const delay = unsent.delayOf(requestId);
  return (
    <section class="comment-waiting" aria-label={`${what} that waits`}>
      <Plain text={contentOf(item)} />
      <span class="note">
        {delay === undefined ? "Waits for the server." : `Waits: ${asSentence(delay)}`}
      </span>
      <button type="button" onClick={discard}>
        Discard
      </button>
    </section>
  );
}

interface RefusedProps extends UnsentProps {
  what: string;
  onDiscard(): void;
}

function Refused({ code, item, what, onDiscard }: RefusedProps) {
  const { requestId, refusal } = item;
  const key = WAITING + requestId;
  const [text, setText] = useState(() => code.drafts.reply(key) || contentOf(item));
  const [again, setAgain] = useState("");
  const send = async (): Promise<void> => {
    try {
      await code.client.unsent.resend(requestId, draftOf(item, text));
      code.drafts.keepReply(key, "");
    } catch (error) {
      setAgain(reasonOf(error));
    }
  };
  return (
    <form
      class="comment-waiting"
      aria-label={`${what} that was not sent`}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") {
          run("sending a comment again", send);
        }
      }}
    >
      <Field
        label={`${what} to send again`}
        value={text}
        isFirst
        onWrite={(written) => {
          setText(written);
          code.drafts.keepReply(key, written);
        }}
      />
      <p class="refusal" role="alert">
        {asSentence(again || (refusal?.text ?? ""))}
      </p>
      <div class="thread-acts">
        <button type="submit" class="primary" disabled={text.trim() === ""}>
          Send Again
        </button>
        <button type="button" onClick={onDiscard}>
          Discard
        </button>
      </div>
    </form>
  );
}

/** The text of a comment or reply as it was written. */
function contentOf({ message }: PendingItem): string {
  if (message.type === "add_comment") {
    return message.data.content;
  }
  return message.type === "reply_comment" ? message.content : "";
}
