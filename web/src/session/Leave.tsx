// Leaving a session: at once, or after a question if something was not sent yet.
import type { Controller } from "@peerline/ui/controller";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { LateCode } from "../code/lateCode.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { unsentText } from "./unsentText.ts";
import { unwrittenIn } from "./unwritten.ts";

interface LeaveProps {
  /** A sentence about what was not sent yet. */
  text: string;
  onLeave(): void;
  onClose(): void;
}

/** Leaves, or says what was not sent yet. */
export function useLeave(
  code: LateCode,
  controller: Controller,
  onLeave: () => void,
): [leave: () => void, asked: LeaveProps | undefined] {
  const [text, setText] = useState<string>();
  const leave = (): void => {
    const { session, client } = code;
    const { files, texts, drafts } = session?.unwritten ?? unwrittenIn(code.around.read);
    const isDraft = controller.draft.text.trim() !== "";
    const messages = client.unsent.items.length;
    const unsent = unsentText({ messages, files, texts, drafts: drafts + Number(isDraft) });
    if (unsent === undefined) {
      onLeave();
    } else {
      setText(unsent);
    }
  };
  const asked =
    text === undefined ? undefined : { text, onLeave, onClose: () => setText(undefined) };
  return [leave, asked];
}

/** The question whether to leave what was not sent. */
export function LeaveDialog({ text, onLeave, onClose }: LeaveProps) {
  const stay = useRef<HTMLButtonElement>(null);
  // Once the dialog is open: it gives the focus to its first button.
  useLayoutEffect(() => stay.current?.focus(), []);
  return (
    <Dialog title="Leave the session?" onClose={onClose}>
      <p>{text} When you leave, it is deleted from this tab.</p>
      <div class="dialog-acts">
        <button type="button" class="primary" ref={stay} onClick={onClose}>
          Stay
        </button>
        <button type="button" onClick={onLeave}>
          Leave and Delete
        </button>
      </div>
    </Dialog>
  );
}
