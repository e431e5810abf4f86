// A session in the browser: the panel, and a bar with what belongs to the page.
import { App, type AppParts } from "@peerline/ui/components/App";
import type { Controller } from "@peerline/ui/controller";
import { unread } from "@peerline/ui/model/state";
import { guard } from "@peerline/ui/supervise";
import { useEffect, useState } from "preact/hooks";
import { Code, useEscape } from "../code/Code.tsx";
import { Comments } from "../code/Comments.tsx";
import type { CodeSession } from "../code/codeSession.ts";
import { Files } from "../code/Files.tsx";

interface SessionPageProps {
  controller: Controller;
  code: CodeSession;
  /** Gives what has the code shown. */
  onCode(show: () => void): void;
  /** A link for others: with an invite where the user may make one. */
  onShare(): Promise<string>;
  onLeave(): void;
}

const TABS = ["Chat", "Code", "People"] as const;
type Tab = (typeof TABS)[number];

export function SessionPage({ controller, code, onCode, onShare, onLeave }: SessionPageProps) {
  const [tab, setTab] = useState<Tab>("Chat");
  useEscape(code);
  useEffect(() => onCode(() => setTab("Code")), [onCode]);
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
      <App
        controller={controller}
        frame={({ header, people, conversation }) => (
          <Frame code={code} controller={controller} tab={tab} onTab={setTab}>
            {{ header, people, conversation }}
          </Frame>
        )}
      />
    </div>
  );
}

interface FrameProps {
  code: CodeSession;
  controller: Controller;
  tab: Tab;
  onTab(tab: Tab): void;
  children: AppParts;
}

/** The session's parts: beside each other, or one at a time on a phone. */
function Frame({ code, controller, tab, onTab, children }: FrameProps) {
  const { header, people, conversation } = children;
  const isPhone = useMedia(PHONE);
  const [hasSide, setSide] = useState(true);
  return (
    <div class={`frame shows-${tab.toLowerCase()}${hasSide ? "" : " is-narrow"}`}>
      <div class="frame-side">
        <Files code={code} />
        <Comments code={code} controller={controller} />
      </div>
      <div class="frame-code">
        <button
          type="button"
          class="quiet side-switch"
          aria-expanded={hasSide}
          onClick={() => setSide(!hasSide)}
        >
          Files and comments
        </button>
        <Code code={code} controller={controller} />
      </div>
      <div class="frame-chat">
        {header}
        {conversation}
      </div>
      {isPhone && (
        <>
          {tab === "People" && <div class="frame-people">{people}</div>}
          <nav class="tabs" aria-label="Parts of the session">
            {TABS.map((name) => (
              <button
                key={name}
                type="button"
                aria-current={name === tab ? "page" : undefined}
                onClick={() => onTab(name)}
              >
                {name}
              </button>
            ))}
          </nav>
        </>
      )}
    </div>
  );
}

const PHONE = matchMedia("(max-width: 640px)");

function useMedia(media: MediaQueryList): boolean {
  const [matches, setMatches] = useState(media.matches);
  useEffect(() => {
    const update = (): void => setMatches(media.matches);
    media.addEventListener("change", update);
    update();
    return () => media.removeEventListener("change", update);
  }, [media]);
  return matches;
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
