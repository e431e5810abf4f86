// A comment that is being written: below its lines, or in the list where they are not seen.
import { Plain } from "@peerline/ui/components/RichText";
import { guard } from "@peerline/ui/supervise";
import { useEffect, useRef } from "preact/hooks";
import type { CodeSession } from "./codeSession.ts";
import { Field } from "./Field.tsx";
import { Share } from "./Share.tsx";
import { Together } from "./Together.tsx";
import { sharedOf } from "./together.ts";
import { useCode } from "./useCode.ts";

interface NewThreadProps {
  code: CodeSession;
  draftId: string;
}

export function NewThread({ code, draftId }: NewThreadProps) {
  useCode(code);
  const { commenting, drafts, places, shown } = code;
  const draft = drafts.comment(draftId);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (field.current !== null && commenting.takeFocus(draftId)) {
      field.current.focus();
    }
  });
  const shared = sharedOf(code.client.replica.drafts, draftId);
  const anchor = draft?.anchor ?? shared?.anchor;
  if (anchor === undefined) {
    return null;
  }
  const rows = places.get(draftId);
  const first = rows === undefined ? anchor.line : rows.first + 1;
  const last = rows === undefined ? (anchor.end_line ?? anchor.line) : rows.last + 1;
  const where = first === last ? `line ${first}` : `lines ${first} to ${last}`;
  if (shared !== undefined || draft === undefined) {
    return shared === undefined ? null : <Together code={code} shared={shared} where={where} />;
  }
  const { text, refusal } = draft;
  const drop = (): void => commenting.drop(draftId);
  return (
    <form
      class="thread"
      aria-label={`Comment on ${where}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") {
          guard("commenting", () => commenting.send(draftId))();
        }
      }}
    >
      {rows === undefined && anchor.code_snippet !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it may have to be scrolled
        <pre class="code-block" tabIndex={0}>
          <Plain text={anchor.code_snippet} />
        </pre>
      )}
      <Field
        label="Comment"
        value={text}
        isFirst
        field={field}
        onWrite={(written) => commenting.write(draftId, written)}
        {...(text === "" ? { onEscape: drop } : {})}
      />
      {refusal !== undefined && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <div class="thread-acts">
        <button type="submit" class="primary" disabled={text.trim() === ""}>
          Add comment
        </button>
        <Share onShare={() => code.together.shareComment(draftId)} />
        {rows === undefined && shown !== undefined && (
          <button type="button" onClick={() => commenting.place(draftId)}>
            Move to Selected Lines
          </button>
        )}
        <button type="button" onClick={drop}>
          Discard
        </button>
        <span class="note">{where}</span>
      </div>
    </form>
  );
}
