// A field for a comment or a reply, with its toolbar.
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { Toolbar } from "../shared/Toolbar.tsx";

interface FieldProps {
  label: string;
  value: string;
  isFirst?: boolean;
  /** Gets the element. */
  field?: RefObject<HTMLTextAreaElement | null>;
  onWrite(text: string): void;
  onEscape?(): void;
}

export function Field({ label, value, isFirst = false, onWrite, onEscape, ...given }: FieldProps) {
  const own = useRef<HTMLTextAreaElement>(null);
  const field = given.field ?? own;
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
