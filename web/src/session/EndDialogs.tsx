// The dialogs of a session that has ended for this user, or waits for a host.
import { Dialog } from "./Dialog.tsx";
import { type Ending, endingText } from "./ending.ts";

interface EndDialogProps {
  ending: Ending;
  /** Whether there are messages to read behind it. */
  hasMessages: boolean;
  onAgain(): void;
  onFront(): void;
  onClose(): void;
}

export function EndDialog({ ending, hasMessages, onAgain, onFront, onClose }: EndDialogProps) {
  return (
    <Dialog title={ending.title} onClose={onClose}>
      <p>{endingText(ending)}</p>
      <div class="dialog-acts">
        {ending.mayRetry && (
          <button type="button" class="primary" onClick={onAgain}>
            Join Again
          </button>
        )}
        {hasMessages && (
          <button type="button" onClick={onClose}>
            Read the Messages
          </button>
        )}
        <button type="button" onClick={onFront}>
          Go to the Join Page
        </button>
      </div>
    </Dialog>
  );
}

export function WaitingDialog({ onLeave, onClose }: { onLeave(): void; onClose(): void }) {
  return (
    <Dialog title="Waiting for a host" onClose={onClose}>
      <p>A host must admit you. You join as soon as one does.</p>
      <div class="dialog-acts">
        <button type="button" onClick={onLeave}>
          Stop Waiting
        </button>
      </div>
    </Dialog>
  );
}
