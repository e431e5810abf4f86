// A session in the browser: the panel, and a bar with what belongs to the page.
import type { Role } from "@peerline/client/session";
import { App, type AppParts } from "@peerline/ui/components/App";
import { Icon } from "@peerline/ui/components/Icon";
import type { Controller } from "@peerline/ui/controller";
import type { EditorParticipant } from "@peerline/ui/generated/protocol";
import { unread } from "@peerline/ui/model/state";
import { guard, run } from "@peerline/ui/supervise";
import { useEffect, useState } from "preact/hooks";
import type { CodeSession } from "../code/codeSession.ts";
import { useCode, useEscape } from "../code/useCode.ts";
import type { Ending } from "./ending.ts";
import { Splitter } from "./Splitter.tsx";
import { CHAT, SIDE, type Widths, widthsFrom } from "./widths.ts";

interface SessionPageProps {
  controller: Controller;
  code: CodeSession;
  /** Gives what has the code shown. */
  onCode(show: () => void): void;
  /** A link for others: with an invite where the user may make one. */
  onShare(): Promise<string>;
  /** The same for a role, as a host. */
  onInvite(role: Role): Promise<string>;
  onLeave(): void;
  /** Why the session has ended for this user, if it has. */
  ending(): Ending | undefined;
  onAgain(): void;
}

const TABS = ["Chat", "Code", "People"] as const;
type Tab = (typeof TABS)[number];

export function SessionPage(props: SessionPageProps) {
  const { controller, code, onCode, onShare, onInvite, onLeave } = props;
  const [tab, setTab] = useState<Tab>("Chat");
  const hosts = useHostTools(code);
  const [managed, setManaged] = useState<{ userId?: string }>();
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
      <div class="top">
        <header class="bar">
          <span class="brand">Peerline</span>
          <Share onShare={onShare} />
          {hosts !== undefined && (
            <button type="button" onClick={() => setManaged({})}>
              Manage…
            </button>
          )}
          <button type="button" onClick={onLeave}>
            Leave
          </button>
        </header>
        {hosts !== undefined && (
          <hosts.HostTools
            code={code}
            managed={managed}
            onInvite={onInvite}
            onClose={() => setManaged(undefined)}
          />
        )}
        <Ends {...props} />
      </div>
      <App
        controller={controller}
        personActs={(person) =>
          hosts !== undefined &&
          !person.is_me && (
            <Manage person={person} onManage={() => setManaged({ userId: person.user_id })} />
          )
        }
        frame={({ header, people, conversation }) => (
          <Frame code={code} controller={controller} tab={tab} onTab={setTab}>
            {{ header, people, conversation }}
          </Frame>
        )}
      />
    </div>
  );
}

/** The dialog of a session that has ended or waits; it is loaded before the server can go away. */
function Ends({ controller, ending, onAgain, onLeave }: SessionPageProps) {
  const dialogs = useLoaded("loading the dialogs", () => import("./EndDialogs.tsx"));
  const [state, setState] = useState(controller.state.connection.state);
  const [closed, setClosed] = useState<typeof state>();
  useEffect(() => {
    const look = (): void => setState(controller.state.connection.state);
    look();
    return controller.subscribe(look);
  }, [controller]);
  useEffect(() => setClosed(undefined), [state]);
  const ended = ending();
  const onClose = (): void => setClosed(state);
  if (dialogs === undefined || closed === state) {
    return null;
  }
  if (state === "waiting") {
    return <dialogs.WaitingDialog key={state} onLeave={onLeave} onClose={onClose} />;
  }
  return ended === undefined ? null : (
    <dialogs.EndDialog
      ending={ended}
      hasMessages={controller.state.messages.length > 0}
      onAgain={onAgain}
      onFront={onLeave}
      onClose={onClose}
    />
  );
}

/** The tools of hosts, while the user is one and in the session. */
function useHostTools(code: CodeSession): typeof import("../hosts/index.tsx") | undefined {
  useCode(code);
  const { isHost } = code.client.replica;
  const isIn = isHost && code.client.state !== "closed";
  const tools = useLoaded("loading the tools of hosts", () => import("../hosts/index.tsx"), isIn);
  return isIn ? tools : undefined;
}

/** A part of the page, once it is wanted and there. */
function useLoaded<Part>(
  what: string,
  load: () => Promise<Part>,
  isWanted = true,
): Part | undefined {
  const [part, setPart] = useState<Part>();
  useEffect(() => {
    if (isWanted) {
      run(what, async () => {
        const loaded = await load();
        setPart(() => loaded);
      });
    }
  }, [isWanted]);
  return part;
}

function Manage({ person, onManage }: { person: EditorParticipant; onManage(): void }) {
  const label = `Manage ${person.username}`;
  return (
    <button type="button" class="follow" aria-label={label} title={label} onClick={onManage}>
      <Icon name="more" />
    </button>
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
  const parts = useLoaded("loading the code", () => import("../code/parts.ts"));
  useCode(code);
  const shown = code.shown?.id;
  useEffect(() => {
    // A phone has room for the list of files or for one of them.
    if (isPhone && shown !== undefined) {
      setSide(false);
    }
  }, [isPhone, shown]);
  const [widths, setWidths] = useState(() => widthsFrom(code.around.read("widths")));
  const keep = (changed: Partial<Widths>): void => {
    const now = { ...widths, ...changed };
    setWidths(now);
    code.around.write("widths", `${now.side} ${now.chat}`);
  };
  return (
    <div
      class={`frame shows-${tab.toLowerCase()}${hasSide ? "" : " is-narrow"}`}
      style={{ "--side-width": `${widths.side}px`, "--chat-width": `${widths.chat}px` }}
    >
      <div class="frame-side">
        {parts !== undefined && (
          <>
            <parts.Files code={code} />
            <parts.Comments code={code} controller={controller} />
          </>
        )}
      </div>
      <Splitter
        label="Width of files and comments"
        pane={SIDE}
        width={widths.side}
        onWidth={(side) => keep({ side })}
      />
      <div class="frame-code">
        <button
          type="button"
          class="quiet side-switch"
          aria-expanded={hasSide}
          onClick={() => setSide(!hasSide)}
        >
          Files and comments
        </button>
        {parts !== undefined && <parts.Code code={code} controller={controller} />}
      </div>
      <Splitter
        label="Width of the chat"
        pane={CHAT}
        width={widths.chat}
        onWidth={(chat) => keep({ chat })}
      />
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
