// A dialog of the page: it has the focus until it is closed, which then goes back to where it was.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

interface DialogProps {
  title: string;
  isWide?: boolean;
  onClose(): void;
  children: ComponentChildren;
}

export function Dialog({ title, isWide = false, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const closed = useRef(onClose);
  closed.current = onClose;
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) {
      return;
    }
    const onEnd = (): void => closed.current();
    dialog.addEventListener("close", onEnd);
    dialog.showModal();
    return () => {
      dialog.removeEventListener("close", onEnd);
      dialog.close(); // only then does the focus go back
    };
  }, []);
  return (
    <dialog ref={element} class={isWide ? "dialog is-wide" : "dialog"} aria-labelledby={heading}>
      <header class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" class="quiet" onClick={() => element.current?.close()}>
          Close
        </button>
      </header>
      {children}
    </dialog>
  );
}
