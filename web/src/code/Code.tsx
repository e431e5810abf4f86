// The code: one shared document in the editor, and what is to be said about it.

import { Plain } from "@peerline/ui/components/RichText";
import type { Controller } from "@peerline/ui/controller";
import { render } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CodeSession } from "./codeSession.ts";
import { NEW, type ShownEditor } from "./ports.ts";
import { NewThread, Thread } from "./Thread.tsx";
import { useCode } from "./useCode.ts";

interface CodeProps {
  code: CodeSession;
  controller: Controller;
}

export function Code({ code, controller }: CodeProps) {
  useCode(code);
  const { shown, document: opened, followed, problem, isOpening } = code;
  const editor = useRef<ShownEditor | undefined>(undefined);
  const isLoading =
    isOpening || (shown !== undefined && (opened?.state ?? "opening") === "opening");
  return (
    <section class="code" aria-label="Code">
      {followed !== undefined && (
        <p class="following">
          <span role="status">
            Following <Plain text={followed.username} />
          </span>
          <button type="button" class="quiet" onClick={() => code.unfollow()}>
            Stop (Esc)
          </button>
        </p>
      )}
      {(problem ?? code.files.discarded) !== undefined && <Notice code={code} />}
      {code.files.hasFailed && (
        <p class="refusal" role="alert">
          The editor could not be loaded. Check your connection, and open the file again.
        </p>
      )}
      {shown === undefined ? (
        <p class="empty">
          {isOpening ? "Opening…" : "Choose a file to read and write it together with the others."}
        </p>
      ) : (
        <>
          <header class="code-head">
            <h2>
              <Plain text={shown.file} />
            </h2>
            <span class="note" role="status">
              {isLoading ? "Opening…" : noteOf(code)}
            </span>
            <Cursors code={code} />
            {code.mayComment && !isLoading && (
              <button type="button" onClick={() => comment(code, editor.current)}>
                Comment
              </button>
            )}
          </header>
          {opened !== undefined && (
            <Pane
              key={shown.id}
              code={code}
              controller={controller}
              onEditor={(made) => {
                editor.current = made;
              }}
            />
          )}
        </>
      )}
    </section>
  );
}

const CURSORS = {
  moved: "Names on move",
  named: "Names always",
  none: "No cursors",
} as const;

/** How the cursors of others are shown. */
function Cursors({ code }: { code: CodeSession }) {
  return (
    <select
      aria-label="Cursors of others"
      value={code.cursors}
      onChange={({ currentTarget }) => code.showCursors(currentTarget.value)}
    >
      {Object.entries(CURSORS).map(([key, label]) => (
        <option key={key} value={key}>
          {label}
        </option>
      ))}
    </select>
  );
}

function noteOf(code: CodeSession): string {
  const { document: opened } = code;
  switch (opened?.state) {
    case "offline":
      return "Offline: your edits are sent later.";
    case "detached":
      return "This text is no longer shared.";
    default:
      return opened?.canEdit === false ? "Read-only" : "";
  }
}

function comment(code: CodeSession, editor: ShownEditor | undefined): void {
  const file = code.shown?.file;
  if (editor !== undefined && file !== undefined) {
    const text = code.drafts.comment?.text ?? "";
    code.keepComment({ file, ...editor.selectedRows, text });
  }
}

function Notice({ code }: { code: CodeSession }) {
  const { discarded } = code.files;
  return (
    <div class="notice" role="alert">
      {code.problem !== undefined && (
        <p>
          <Plain text={code.problem} />
        </p>
      )}
      {discarded !== undefined && (
        <>
          <p>Your last edits could not be kept in the shared text. This is your text:</p>
          <textarea aria-label="Your text" readOnly rows={4} value={discarded} />
        </>
      )}
      <button type="button" onClick={() => code.dismiss()}>
        Close
      </button>
    </div>
  );
}

interface PaneProps extends CodeProps {
  onEditor(editor: ShownEditor | undefined): void;
}

/** The editor's element. */
function Pane({ code, controller, onEditor }: PaneProps) {
  const place = useRef<HTMLDivElement>(null);
  const [refusal, setRefusal] = useState("");
  const { document: opened, shown } = code;
  const file = shown?.file ?? "";
  useLayoutEffect(() => {
    const made = code.files.editor;
    if (made === undefined || opened === undefined || place.current === null) {
      return;
    }
    const editor = new made.Editor(place.current, {
      code,
      document: opened,
      file,
      refused: setRefusal,
      placed: (rows) => code.keepPlaces(rows),
      drawBelow: (id, element) => {
        const send = async (text: string): Promise<void> => {
          const draft = code.drafts.comment;
          if (draft !== undefined) {
            const anchor = editor.anchorAt(draft);
            code.keepComment(undefined);
            try {
              await code.client.comments.add({ ...anchor, content: text });
            } catch (error) {
              code.keepComment(draft);
              throw error;
            }
          }
        };
        const component =
          id === NEW ? (
            <NewThread code={code} onSend={send} />
          ) : (
            <Thread code={code} controller={controller} threadId={id} />
          );
        render(component, element);
        if (id === NEW && code.takeFocus()) {
          requestAnimationFrame(() => element.querySelector("textarea")?.focus());
        }
        return () => render(null, element);
      },
    });
    onEditor(editor);
    return () => {
      onEditor(undefined);
      editor.destroy();
    };
    // The rest of what it needs stays the same while the document does.
  }, [opened, file]);
  useEffect(() => {
    if (refusal !== "") {
      return code.around.later(10_000, () => setRefusal(""));
    }
  }, [refusal]);
  return (
    <>
      {refusal !== "" && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <div class={`editor cursors-${code.cursors}`} ref={place} />
    </>
  );
}
