// The dialogs of a session that has ended for this user, or waits for a host.
import type { Controller } from "@peerline/ui/controller";
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../shared/Dialog.tsx";
import { endingOf, endingText, type SessionEnd } from "./ending.ts";

interface EndsProps {
  controller: Controller;
  /** Why the session has ended for this user, if it has. */
  end(): SessionEnd | undefined;
  onAgain(): void;
  onLeave(): void;
}

/** The dialog of a session that has ended or waits. */
export function Ends({ controller, end, onAgain, onLeave }: EndsProps) {
  const [state, setState] = useState(controller.state.connection.state);
  const [closed, setClosed] = useState<typeof state>();
  useEffect(() => {
    const look = (): void => setState(controller.state.connection.state);
    look();
    return controller.subscribe(look);
  }, [controller]);
  useEffect(() => setClosed(undefined), [state]);
  const ended = end();
  const onClose = (): void => setClosed(state);
  if (closed === state) {
    return null;
  }
  if (state === "waiting") {
    return <WaitingDialog key={state} onLeave={onLeave} onClose={onClose} />;
  }
  return ended === undefined ? null : (
    <EndDialog
      end={ended}
      hasMessages={controller.state.messages.length > 0}
      onAgain={onAgain}
      onFront={onLeave}
      onClose={onClose}
    />
  );
}

interface EndDialogProps {
  end: SessionEnd;
  /** Whether there are messages to read behind it. */
  hasMessages: boolean;
  onAgain(): void;
  onFront(): void;
  onClose(): void;
}

function EndDialog({ end, hasMessages, onAgain, onFront, onClose }: EndDialogProps) {
  const ending = endingOf(end);
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

function WaitingDialog({ onLeave, onClose }: { onLeave(): void; onClose(): void }) {
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
