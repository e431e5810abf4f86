// A draft that people write together: a field on its shared text. Its author sends it.
import type { Delta, SharedDraft } from "@peerline/client";
import { Plain } from "@peerline/ui/components/RichText";
import { revealed } from "@peerline/ui/model/reveal";
import { asSentence } from "@peerline/ui/refusal";
import { guard } from "@peerline/ui/supervise";
import { useEffect, useRef, useState } from "preact/hooks";
import { reasonOf } from "../shared/drafts.ts";
import { Toolbar } from "../shared/Toolbar.tsx";
import type { CodeSession } from "./codeSession.ts";
import { FormWork } from "./formWork.ts";
import { listed, movedBy } from "./together.ts";
import { useCode } from "./useCode.ts";

/** The names of those who wrote are asked for at most as often. */
const NAMES_MS = 2000;

interface SharedDraftFormProps {
  code: CodeSession;
  shared: SharedDraft;
  /** The lines that it is about, as a sentence has them; none for a reply. */
  where?: string;
}

export function SharedDraftForm({ code, shared, where }: SharedDraftFormProps) {
  useCode(code);
  const { id, user_id, username } = shared;
  const { files } = code;
  const together = new FormWork(code.together);
  const [refusal, setRefusal] = useState("");
  const [text, setText] = useState("");
  const [names, setNames] = useState<readonly string[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  const isMine = user_id === code.me;
  const opened = files.get(id);
  const isEqual = opened?.state === "equal";
  /** The text that the field was brought to last. */
  const shown = useRef("");
  const show = (delta: Delta = []): void => {
    const element = field.current;
    const now = files.get(id)?.text ?? "";
    shown.current = now;
    setText(now);
    if (isMine) {
      together.keep(shared);
    }
    if (element !== null && element.value !== now) {
      const { selectionStart: start, selectionEnd: end } = element;
      element.value = now;
      element.setSelectionRange(movedBy(delta, start), movedBy(delta, end));
    }
  };
  const isComposing = useRef(false);
  useEffect(() => files.open(id, { isKeptElsewhere: isMine }), [files, id, isMine]);
  useEffect(() => {
    const all = (): void => {
      const state = files.get(id)?.state;
      if (state !== undefined && state !== "opening") {
        show();
      }
    };
    all();
    return files.look(id, {
      // Until a word is composed, the field is not touched: the next input brings both together.
      changed: (delta) => isComposing.current || show(delta),
      replaced: all,
      stateChanged: all,
    });
  }, [files, id, opened]);
  useEffect(() => {
    if (isEqual && text !== "") {
      return code.around.later(
        NAMES_MS,
        guard("asking who wrote a draft", async () => setNames(await together.coAuthors(shared))),
      );
    }
  }, [isEqual, text]);
  const attempt = (act: () => unknown): void => {
    try {
      setRefusal("");
      act();
    } catch (error) {
      setRefusal(reasonOf(error));
    }
  };
  const written = (value: string): void =>
    attempt(() => {
      try {
        together.write(id, shown.current, value);
      } finally {
        show();
      }
    });
  const run = (what: string, act: () => Promise<unknown>): (() => void) =>
    guard(what, async () => {
      try {
        setRefusal("");
        await act();
      } catch (error) {
        setRefusal(reasonOf(error));
      }
    });
  const send = run("sending a draft", () => together.send(shared));
  const label = where === undefined ? "Reply together" : "Comment together";
  return (
    <form
      class="thread"
      aria-label={`Draft by ${revealed(username)}${where === undefined ? "" : ` on ${where}`}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (isMine && isEqual && text.trim() !== "") {
          send();
        }
      }}
    >
      <Toolbar field={field} label={label.toLowerCase()} />
      <textarea
        ref={field}
        aria-label={label}
        placeholder={label}
        rows={3}
        readOnly={opened === undefined || opened.state === "opening" || !opened.canEdit}
        onCompositionStart={() => {
          isComposing.current = true;
        }}
        onCompositionEnd={(event) => {
          isComposing.current = false;
          written(event.currentTarget.value);
        }}
        onInput={(event) => isComposing.current || written(event.currentTarget.value)}
        onKeyDown={(event) => {
          const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
          if (isUndo) {
            event.preventDefault();
            attempt(() => {
              const delta = event.shiftKey ? opened?.redo() : opened?.undo();
              show(delta);
            });
          } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }
        }}
      />
      {refusal !== "" && (
        <p class="refusal" role="alert">
          {asSentence(refusal)}
        </p>
      )}
      <p class="note" role="status">
        {isEqual ? "" : "Opening… "}
        {isMine ? "Everybody can write in it, and you send it." : null}
        {!isMine && <Plain text={`${username} sends it.`} />}
        {names.length > 0 && <Plain text={` Written with ${listed(names)}.`} />}
      </p>
      {isMine && (
        <div class="thread-acts">
          <button type="submit" class="primary" disabled={!isEqual || text.trim() === ""}>
            {where === undefined ? "Reply" : "Add comment"}
          </button>
          <button type="button" onClick={run("ending a draft", () => together.writeAlone(shared))}>
            Write Alone
          </button>
          <button type="button" onClick={run("discarding a draft", () => together.discard(shared))}>
            Discard
          </button>
          {where !== undefined && <span class="note">{where}</span>}
        </div>
      )}
    </form>
  );
}
