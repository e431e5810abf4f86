// A text with own edits that no shared file has: to be copied or saved before it is deleted.
import { Plain } from "@peerline/ui/components/RichText";
import { guard } from "@peerline/ui/supervise";
import { useRef, useState } from "preact/hooks";
import type { LeftText as Item } from "./leftTexts.ts";

interface LeftTextProps {
  item: Item;
  onDrop(): void;
}

export function LeftText({ item: { file, text, reason }, onDrop }: LeftTextProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [note, setNote] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setNote("Copied.");
    } catch {
      // Without https a browser has no clipboard for pages.
      field.current?.select();
      setNote("Press Ctrl+C to copy.");
    }
  };
  return (
    <section class="notice" aria-label="Your edits">
      <p role="alert">
        Edits of yours in <Plain text={file} /> were not saved there. {reason}
      </p>
      <textarea ref={field} aria-label="Your text" readOnly rows={4} value={text} />
      <div class="thread-acts">
        <button type="button" class="primary" onClick={guard("copying a text", copy)}>
          Copy
        </button>
        <button type="button" onClick={() => save(file, text)}>
          Download
        </button>
        <button type="button" onClick={onDrop}>
          Delete
        </button>
        <span class="note" role="status">
          {note}
        </span>
      </div>
    </section>
  );
}

/** Have the browser save a text under the name of its file. */
function save(file: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = file.split("/").at(-1) ?? "text";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
