// The list of comments: all open threads, and what was not sent yet.
import type { Comment } from "@peerline/client";
import { Plain } from "@peerline/ui/components/RichText";
import type { Controller } from "@peerline/ui/controller";
import { run } from "@peerline/ui/supervise";
import type { CodeSession } from "./codeSession.ts";
import { Thread } from "./Thread.tsx";
import { useCode } from "./useCode.ts";

interface CommentsProps {
  code: CodeSession;
  controller: Controller;
}

export function Comments({ code, controller }: CommentsProps) {
  useCode(code);
  const { threads } = code.client.replica;
  const sorted = [...threads.values()].sort(
    (one, two) => one.file.localeCompare(two.file, "en") || one.line - two.line,
  );
  return (
    <section class="comments" aria-label="All comments">
      <h2>
        Comments <span class="note">{sorted.length}</span>
      </h2>
      {sorted.length === 0 && <p class="note">No open comments.</p>}
      <ul aria-label="Comments">
        {sorted.map((thread) => (
          <Entry key={thread.id} code={code} controller={controller} thread={thread} />
        ))}
      </ul>
      <Waiting code={code} />
    </section>
  );
}

function Entry({ code, controller, thread }: CommentsProps & { thread: Comment }) {
  const { id, username, content, file, replies = [] } = thread;
  const isChosen = code.thread === id;
  const isPlaced = code.places.has(id);
  const isShown = code.shown !== undefined && isOf(thread, code);
  return (
    <li class={isChosen ? "is-chosen" : ""}>
      <button
        type="button"
        class="comment-entry"
        aria-current={isChosen}
        onClick={() => code.chooseThread(id)}
      >
        <span class="comment-place">
          <Plain text={`${file}:${code.lineOf(thread)}`} />
        </span>
        <span class="comment-text">
          <strong>
            <Plain text={username} />
          </strong>{" "}
          <Plain text={excerpt(content)} />
        </span>
        {replies.length > 0 && (
          <span class="note">{replies.length === 1 ? "1 reply" : `${replies.length} replies`}</span>
        )}
        {isShown && !isPlaced && <span class="note">Its lines have changed.</span>}
      </button>
      {isChosen && !isPlaced && (
        <>
          {thread.code_snippet !== undefined && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it may have to be scrolled
            <pre class="code-block" tabIndex={0}>
              <Plain text={thread.code_snippet} />
            </pre>
          )}
          <Thread code={code} controller={controller} threadId={id} />
        </>
      )}
    </li>
  );
}

/** Comments and replies that wait for the server, or were refused. */
function Waiting({ code }: { code: CodeSession }) {
  const { unsent } = code.client;
  const items = unsent.items.filter(
    ({ message }) => message.type === "add_comment" || message.type === "reply_comment",
  );
  if (items.length === 0) {
    return null;
  }
  return (
    <ul aria-label="Comments not sent yet">
      {items.map(({ requestId, message, refusal }) => (
        <li key={requestId} class="comment-waiting">
          <Plain
            text={
              message.type === "add_comment"
                ? message.data.content
                : message.type === "reply_comment"
                  ? message.content
                  : ""
            }
          />
          <span class={refusal === undefined ? "note" : "refusal"}>
            {refusal === undefined ? "Waits for the server." : refusal.text}
          </span>
          <button
            type="button"
            onClick={() => run("discarding a comment", () => unsent.discard(requestId))}
          >
            Discard
          </button>
        </li>
      ))}
    </ul>
  );
}

function isOf(thread: Comment, code: CodeSession): boolean {
  return thread.document_id === code.shown?.id || thread.file === code.shown?.file;
}

function excerpt(content: string): string {
  const [line = ""] = content.split("\n");
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
