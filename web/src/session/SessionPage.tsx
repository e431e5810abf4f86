// A session in the browser: the panel, and a bar with what belongs to the page.
import { App } from "@peerline/ui/components/App";
import type { Controller } from "@peerline/ui/controller";
import { unread } from "@peerline/ui/model/state";
import { guard } from "@peerline/ui/supervise";
import { useEffect, useState } from "preact/hooks";

interface SessionPageProps {
  controller: Controller;
  /** A link for others: with an invite where the user may make one. */
  onShare(): Promise<string>;
  onLeave(): void;
}

export function SessionPage({ controller, onShare, onLeave }: SessionPageProps) {
  useEffect(() => {
    const retitle = (): void => {
      const { connection, shown } = controller.state;
      const count = unread(controller.state).length;
      const title = connection.title ?? shown?.title ?? "Peerline";
      document.title = count === 0 ? title : `(${count}) ${title}`;
    };
    retitle();
    return controller.subscribe(retitle);
  }, [controller]);
  return (
    <div class="session-page">
      <header class="bar">
        <span class="brand">Peerline</span>
        <Share onShare={onShare} />
        <button type="button" onClick={onLeave}>
          Leave
        </button>
      </header>
      <App controller={controller} />
    </div>
  );
}

function Share({ onShare }: { onShare(): Promise<string> }) {
  const [note, setNote] = useState("");
  const [link, setLink] = useState<string>();
  const share = async (): Promise<void> => {
    try {
      const made = await onShare();
      setLink(made);
      await navigator.clipboard.writeText(made);
      setNote("Link copied.");
    } catch (error) {
      // Without https a browser has no clipboard for pages: the link is shown to be copied.
      setNote(link === undefined && error instanceof Error ? error.message : "");
    }
  };
  return (
    <>
      {link !== undefined && (
        <input
          class="shared-link"
          type="text"
          readOnly
          aria-label="Link for others"
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
      <span class="note" role="status">
        {note}
      </span>
      <button type="button" class="primary" onClick={guard("sharing", share)}>
        Share
      </button>
    </>
  );
}
