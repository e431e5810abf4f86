// The code: one shared document in the editor, and what is to be said about it.

import { Plain } from "@peerline/ui/components/RichText";
import type { Controller } from "@peerline/ui/controller";
import { render } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CodeSession } from "./codeSession.ts";
import { NEW, WAITING } from "./drafts.ts";
import { LeftText } from "./LeftText.tsx";
import { NewThread } from "./NewThread.tsx";
import type { ShownEditor } from "./ports.ts";
import { Thread } from "./Thread.tsx";
import { Unsent } from "./Unsent.tsx";
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
      {problem !== undefined && (
        <div class="notice" role="alert">
          <p>
            <Plain text={problem} />
          </p>
          <button type="button" onClick={() => code.dismiss()}>
            Close
          </button>
        </div>
      )}
      {code.files.left.items.map((item) => (
        <LeftText key={item.id} item={item} onDrop={() => code.dropLeft(item.id)} />
      ))}
      {code.files.hasNoRoom && (
        <p class="refusal" role="alert">
          There is no room in this tab for your unsent edits: they are lost when you close or reload
          it.
        </p>
      )}
      {code.files.hasFailed && (
        <p class="refusal" role="alert">
          The editor could not be loaded. Check your connection, and open the file again.
        </p>
      )}
      {shown === undefined ? (
        <p class="empty">{hintOf(code)}</p>
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
              <button type="button" onClick={() => editor.current?.commentHere()}>
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

function hintOf({ isOpening, client: { replica } }: CodeSession): string {
  if (isOpening) {
    return "Opening…";
  }
  return replica.documents.size + replica.offers.length === 0
    ? "No file is shared yet. Somebody who has the files can share one in their editor."
    : "Choose a file to read and write it together with the others.";
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

/** Something below a line: a thread, a draft, or a comment that waits. */
function Below({ id, code, controller }: CodeProps & { id: string }) {
  useCode(code);
  if (id.startsWith(NEW)) {
    return <NewThread code={code} draftId={id} />;
  }
  if (id.startsWith(WAITING)) {
    const item = code.client.unsent.items.find(({ requestId }) => WAITING + requestId === id);
    return item === undefined ? null : <Unsent code={code} item={item} />;
  }
  return <Thread code={code} controller={controller} threadId={id} />;
}

interface PaneProps extends CodeProps {
  onEditor(editor: ShownEditor | undefined): void;
}

/** The editor's element. */
function Pane({ code, controller, onEditor }: PaneProps) {
  const place = useRef<HTMLDivElement>(null);
  const [refusal, setRefusal] = useState("");
  const { document: opened } = code;
  useLayoutEffect(() => {
    const made = code.files.editor;
    if (made === undefined || opened === undefined || place.current === null) {
      return;
    }
    const editor = new made.Editor(place.current, {
      code,
      document: opened,
      refused: setRefusal,
      drawBelow: (id, element) => {
        render(<Below id={id} code={code} controller={controller} />, element);
        return () => render(null, element);
      },
    });
    onEditor(editor);
    return () => {
      onEditor(undefined);
      editor.destroy();
    };
    // The rest of what it needs stays the same while the document does.
  }, [opened]);
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
