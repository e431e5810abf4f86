// A session in the browser: the panel, and a bar with what belongs to the page.
import type { Role } from "@peerline/client/session";
import { App, type AppParts } from "@peerline/ui/components/App";
import type { Controller } from "@peerline/ui/controller";
import { unread } from "@peerline/ui/model/state";
import { asSentence } from "@peerline/ui/refusal";
import { useEffect, useState } from "preact/hooks";
import type { LateCode } from "../code/lateCode.ts";
import { useCode, useEscape } from "../code/useCode.ts";
import { useLoaded } from "../shared/useLoaded.ts";
import { CHAT, type Pane, SIDE, type Widths, widthsFrom } from "../shared/widths.ts";
import type { SessionEnd } from "./ending.ts";
import type { OwnLink } from "./session.ts";
import type { Managed } from "./Tools.tsx";

interface SessionPageProps {
  controller: Controller;
  code: LateCode;
  /** Gives what has the code shown. */
  onCode(show: () => void): void;
  ownLink: OwnLink;
  /** Make an invite link for a role, as a host. */
  onInvite(role: Role): Promise<string>;
  onLeave(): void;
  /** Gives what is to be done where the panel goes to the page before a session. */
  onFront(leave: () => void): void;
  /** Why the session has ended for this user, if it has. */
  end(): SessionEnd | undefined;
  onAgain(): void;
}

const TABS = ["Chat", "Code", "People"] as const;
type Tab = (typeof TABS)[number];

export function SessionPage(props: SessionPageProps) {
  const { controller, code, onCode } = props;
  const [tab, setTab] = useState<Tab>("Chat");
  const later = useLoaded("loading the rest of the page", () => import("./later.ts"));
  const [managed, setManaged] = useState<Managed>();
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
        {later !== undefined && <later.Tools {...props} managed={managed} onManage={setManaged} />}
      </header>
      <App
        controller={controller}
        toolbar={(field) => later !== undefined && <later.Toolbar field={field} label="message" />}
        outside={({ reason }) => <p class="waiting">{asSentence(reason ?? "")}</p>}
        personActs={(person) =>
          later !== undefined && (
            <later.PersonActs code={code} person={person} onManage={setManaged} />
          )
        }
        frame={({ header, people, conversation }) => (
          <Frame code={code} controller={controller} tab={tab} onTab={setTab}>
            {{
              header,
              people,
              conversation: (
                <>
                  {later !== undefined && <later.Questions code={code} />}
                  {conversation}
                </>
              ),
            }}
          </Frame>
        )}
      />
    </div>
  );
}

interface FrameProps {
  code: LateCode;
  controller: Controller;
  tab: Tab;
  onTab(tab: Tab): void;
  children: AppParts;
}

function NoSplitter({ pane }: { pane: Pane }) {
  return <div class={`splitter of-${pane.name}`} />;
}

/** The session's parts: beside each other, or one at a time on a phone. */
function Frame({ code, controller, tab, onTab, children }: FrameProps) {
  const { header, people, conversation } = children;
  const isPhone = useMedia(PHONE);
  const [hasSide, setSide] = useState(true);
  const parts = useLoaded("loading the code", async () => {
    const loaded = await import("../code/parts.ts");
    code.enter(loaded);
    return loaded;
  });
  useCode(code);
  const { session } = code;
  const shown = session?.shown?.id;
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
  // Its place is kept until it is there.
  const Splitter = parts?.Splitter ?? NoSplitter;
  return (
    <div
      class={`frame shows-${tab.toLowerCase()}${hasSide ? "" : " is-narrow"}`}
      style={{ "--side-width": `${widths.side}px`, "--chat-width": `${widths.chat}px` }}
    >
      <div class="frame-side">
        {parts !== undefined && session !== undefined && (
          <>
            <parts.Files code={session} />
            <parts.Comments code={session} controller={controller} />
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
        {parts !== undefined && session !== undefined && (
          <parts.Code code={session} controller={controller} />
        )}
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
