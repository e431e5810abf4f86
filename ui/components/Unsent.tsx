// The state of a message that was not sent yet, and the actions for it.

import type { EditorChatMessage } from "../generated/protocol";
import { plainReason } from "../refusal";

interface UnsentProps {
  message: EditorChatMessage;
  /** Whether its buttons are in the tab order. */
  isCurrent: boolean;
  onResend: () => void;
  onEdit: () => void;
  onDiscard: () => void;
}

export function Unsent({ message, isCurrent, onResend, onEdit, onDiscard }: UnsentProps) {
  const { refusal } = message;
  const tabIndex = isCurrent ? 0 : -1;
  return (
    <div class="unsent">
      {refusal === undefined ? (
        <span class="note">Waiting to be sent</span>
      ) : (
        <p class="refusal" role="alert">
          Not sent: {plainReason(refusal)}
        </p>
      )}
      {refusal !== undefined && (
        <button type="button" class="primary" tabIndex={tabIndex} onClick={onResend}>
          Try again
        </button>
      )}
      <button type="button" tabIndex={tabIndex} onClick={onEdit}>
        Edit
      </button>
      <button type="button" tabIndex={tabIndex} onClick={onDiscard}>
        Discard
      </button>
    </div>
  );
}
