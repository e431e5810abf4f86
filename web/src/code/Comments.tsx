// The list of comments: all open threads, drafts, and what was not sent yet.
import type { Comment } from "@peerline/client";
import { Plain } from "@peerline/ui/components/RichText";
import type { Controller } from "@peerline/ui/controller";
import type { Anchored } from "./anchors.ts";
import type { CodeSession } from "./codeSession.ts";
import { NEW, WAITING } from "./drafts.ts";
import { NewThread } from "./NewThread.tsx";
import { Thread } from "./Thread.tsx";
import { Unsent } from "./Unsent.tsx";
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
      <Written code={code} />
      <Waiting code={code} />
    </section>
  );
}

function Entry({ code, controller, thread }: CommentsProps & { thread: Comment }) {
  const { id, username, content, file, replies = [] } = thread;
  const isChosen = code.thread === id;
  const isPlaced = code.places.has(id);
  const isShown = isOf(thread, code);
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

/** The comments that are being written on lines that are not seen. */
function Written({ code }: { code: CodeSession }) {
  const mine = code.drafts.comments;
  const others = code.client.replica.drafts.flatMap(({ id, anchor }) =>
    anchor === undefined || mine.some((draft) => draft.id === NEW + id)
      ? []
      : [{ id: NEW + id, anchor }],
  );
  const drafts = [...mine, ...others].filter(({ id }) => !code.places.has(id));
  if (drafts.length === 0) {
    return null;
  }
  return (
    <ul aria-label="Drafts">
      {drafts.map(({ id, anchor }) => (
        <li key={id}>
          <button type="button" class="comment-entry" onClick={() => code.goToDraft(anchor)}>
            <span class="comment-place">
              <Plain text={`${anchor.file}:${anchor.line}`} />
            </span>
            {isOf(anchor, code) && <span class="note">Its lines have changed.</span>}
          </button>
          <NewThread code={code} draftId={id} />
        </li>
      ))}
    </ul>
  );
}

/** Comments and replies that wait for the server, or were refused, and are not seen elsewhere. */
function Waiting({ code }: { code: CodeSession }) {
  const items = code.client.unsent.items.filter(({ requestId, message }) => {
    if (message.type === "reply_comment") {
      const { comment_id: thread } = message;
      const { threads } = code.client.replica;
      return !(threads.has(thread) && (code.places.has(thread) || code.thread === thread));
    }
    return message.type === "add_comment" && !code.places.has(WAITING + requestId);
  });
  if (items.length === 0) {
    return null;
  }
  return (
    <ul aria-label="Comments not sent yet">
      {items.map((item) => (
        <li key={item.requestId}>
          <Unsent code={code} item={item} />
        </li>
      ))}
    </ul>
  );
}

function isOf({ document_id, file }: Anchored, { shown }: CodeSession): boolean {
  return shown !== undefined && (document_id === shown.id || file === shown.file);
}

function excerpt(content: string): string {
  const [line = ""] = content.split("\n");
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
