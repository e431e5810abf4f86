// A message of mine being changed, in its place.
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface EditFormProps {
  text: string;
  /** The edited text before the panel was hidden. */
  draft?: string;
  onDraft: (text: string) => void;
  refusal?: string;
  onSave: (text: string) => void;
  onCancel: () => void;
}

export function EditForm(props: EditFormProps) {
  const { text, refusal, onDraft, onSave, onCancel } = props;
  const [draft, setDraft] = useState(props.draft ?? text);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(draft.length, draft.length);
  }, []);
  const isEmpty = draft.trim() === "";
  const save = (): void => {
    if (!isEmpty && draft !== text) {
      onSave(draft);
    } else if (!isEmpty) {
      onCancel();
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Escape") {
      onCancel();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  };
  return (
    <form
      class="edit"
      aria-label="Edit the message"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={field}
        aria-label="Message"
        value={draft}
        rows={1}
        onInput={(event) => {
          setDraft(event.currentTarget.value);
          onDraft(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      {refusal !== undefined && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <div class="edit-buttons">
        <button type="submit" class="primary" disabled={isEmpty}>
          Save
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
