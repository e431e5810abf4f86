// A message of mine being changed, in its place.
import { useEffect, useRef, useState } from "preact/hooks";

interface EditFormProps {
  text: string;
  refusal?: string;
  onSave: (text: string) => void;
  onCancel: () => void;
}

export function EditForm({ text, refusal, onSave, onCancel }: EditFormProps) {
  const [draft, setDraft] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
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
        onInput={(event) => setDraft(event.currentTarget.value)}
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
