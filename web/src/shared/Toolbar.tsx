// A toolbar for Markdown above a field: its commands are edits that the browser's undo knows.
import { type MarkdownCommand, markdownCommand, markdownEdit } from "@peerline/ui/model/markdown";
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

const COMMANDS: readonly {
  readonly command: MarkdownCommand;
  readonly name: string;
  readonly keys: string;
  readonly sign: string;
}[] = [
  { command: "bold", name: "Bold", keys: "Control+B", sign: "B" },
  { command: "italic", name: "Italic", keys: "Control+I", sign: "I" },
  { command: "code", name: "Inline code", keys: "Control+E", sign: "<>" },
  { command: "list", name: "List", keys: "Control+Shift+8", sign: "•–" },
  { command: "quote", name: "Quote", keys: "Control+Shift+9", sign: "❞" },
  { command: "link", name: "Link", keys: "Control+K", sign: "🔗\ufe0e" },
];

interface ToolbarProps {
  field: RefObject<HTMLTextAreaElement | null>;
  /** The name of the field, for a screen reader. */
  label: string;
}

export function Toolbar({ field, label }: ToolbarProps) {
  // One button is in the tab order; the arrows go to the others.
  const [current, setCurrent] = useState(0);
  useEffect(() => {
    const element = field.current;
    const onKey = (event: KeyboardEvent): void => {
      const command = event.isComposing ? undefined : markdownCommand(event);
      if (command !== undefined && element !== null && !element.disabled && !element.readOnly) {
        event.preventDefault();
        event.stopPropagation();
        carryOut(command, element);
      }
    };
    element?.addEventListener("keydown", onKey);
    return () => element?.removeEventListener("keydown", onKey);
  });
  return (
    <div
      class="toolbar"
      role="toolbar"
      aria-label={`Format the ${label}`}
      onKeyDown={(event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step !== undefined) {
          event.preventDefault();
          const next = (current + step + COMMANDS.length) % COMMANDS.length;
          setCurrent(next);
          event.currentTarget.querySelectorAll("button")[next]?.focus();
        }
      }}
    >
      {COMMANDS.map(({ command, name, keys, sign }, index) => (
        <button
          key={command}
          type="button"
          class={`format-${command}`}
          aria-label={name}
          aria-keyshortcuts={keys}
          title={`${name} (${keys.replaceAll("Control", "Ctrl")})`}
          tabIndex={index === current ? 0 : -1}
          onFocus={() => setCurrent(index)}
          // The field must keep its selection.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => field.current !== null && carryOut(command, field.current)}
        >
          <span aria-hidden="true">{sign}</span>
        </button>
      ))}
    </div>
  );
}

function carryOut(command: MarkdownCommand, field: HTMLTextAreaElement): void {
  const { value: text, selectionStart: start, selectionEnd: end } = field;
  const edit = markdownEdit(command, { text, start, end });
  field.focus();
  field.setSelectionRange(edit.from, edit.to);
  // Deprecated, and the only way to change a field that its undo knows.
  const isDone =
    edit.insert === "" && edit.from === edit.to
      ? true
      : document.execCommand(edit.insert === "" ? "delete" : "insertText", false, edit.insert);
  if (!isDone) {
    field.setRangeText(edit.insert, edit.from, edit.to);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.setSelectionRange(edit.start, edit.end);
}
