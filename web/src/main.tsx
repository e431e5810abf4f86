// The page: reads its address, and shows the start page, the page before a session, or the session.
import { pageUrl, parseLink, type SessionLink } from "@peerline/client/link";
import { render } from "preact";
import { opened, withoutInvite } from "./address.ts";
import { JoinPage } from "./join/JoinPage.tsx";
import { Kept } from "./kept.ts";
import { StartPage } from "./start/StartPage.tsx";
import "@peerline/ui/palette.css";
import "@peerline/ui/styles.css";
import "./palette.css";
import "./theme.css";
import "./page.css";
import "./frame.css";

const place = opened(location);
// Before anything else can see it: an address is kept in the history and shown to others.
const hash = withoutInvite(location.hash);
history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);

addEventListener("hashchange", () => {
  // Another link to this session was opened in this tab, with an invite of its own.
  if (withoutInvite(location.hash) !== location.hash) {
    location.reload();
  }
});

const root = document.getElementById("page");
const kept = new Kept(storage("sessionStorage"), storage("localStorage"));

if (root !== null) {
  root.replaceChildren();
  if (place.kind === "start") {
    render(<StartPage onLink={goTo} />, root);
  } else {
    const link: SessionLink = {
      address: location.host,
      sessionId: place.sessionId,
      tls: location.protocol === "https:",
      prefix: place.prefix,
      ...(place.invite === undefined ? {} : { invite: place.invite }),
    };
    begin(root, link);
  }
}

/** Ask for a name, or come back at once to a session that this tab was in. */
function begin(page: HTMLElement, link: SessionLink): void {
  let giveUp = (): void => {};
  const show = (refusal?: string, isJoining = false, delay?: string): void => {
    render(
      <JoinPage
        link={pageUrl(link)}
        place={location.host}
        name={kept.name}
        {...(refusal === undefined ? {} : { refusal })}
        {...(delay === undefined ? {} : { delay })}
        isJoining={isJoining}
        onGiveUp={() => giveUp()}
        onJoin={(name, remember) => {
          kept.keepName(name);
          show(undefined, true);
          join(name, remember);
        }}
      />,
      page,
    );
  };
  const join = (name: string, remember: boolean): void => {
    // The page before a session is there at once, and loads the rest meanwhile.
    import("./session/enter.tsx").then(
      ({ enter }) => {
        giveUp = enter(page, link, name, {
          kept,
          remember,
          onRefused: (reason) => show(reason),
          onDelayed: (reason) => show(undefined, true, reason),
          onLeft: () => show(),
          onAgain: () => join(kept.name, remember),
        });
      },
      () => show("The page could not be loaded. Check your connection, and try again."),
    );
  };
  if (kept.token(link.sessionId) !== undefined && kept.name !== "") {
    show(undefined, true);
    join(kept.name, kept.isOnDevice(link.sessionId));
  } else {
    show();
  }
}

/** Open the page of the session that a text names; the reason if it names none. */
function goTo(text: string): string | undefined {
  try {
    location.assign(pageUrl(parseLink(text)));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A storage of the browser, which may refuse to give it. */
function storage(name: "sessionStorage" | "localStorage"): Storage | undefined {
  try {
    return window[name];
  } catch {
    return undefined;
  }
}
