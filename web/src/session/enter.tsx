// Enters a session: shows it as soon as the server knows the user.
import { type SessionLink, storageStore } from "@peerline/client/session";
import { Controller } from "@peerline/ui/controller";
import { supervisor } from "@peerline/ui/supervise";
import { render } from "preact";
import { SessionPage } from "./SessionPage.tsx";
import { Session, type SessionEnds } from "./session.ts";

/** Join, and draw the session into `page`; the function that gives up. */
export function enter(
  page: HTMLElement,
  link: SessionLink,
  username: string,
  ends: SessionEnds,
): () => void {
  const session = new Session(link, username, {
    ...ends,
    store: storageStore(sessionStorage, `${link.prefix}/${link.sessionId}`),
    onEntered: () => {
      const controller = new Controller(session.host);
      supervisor.reportTo({
        log: (text) => console.error(text),
        tell: (text) => controller.act({ type: "announce", text }),
      });
      render(null, page); // nothing of a session before this one stays
      render(
        <SessionPage
          controller={controller}
          code={session.code}
          onCode={(show) => {
            session.onCode = show;
          }}
          ownLink={session.ownLink}
          onInvite={(role) => session.invite(role)}
          onLeave={() => session.leave()}
          onFront={(leave) => {
            session.onFront = leave;
          }}
          end={() => session.end}
          onAgain={() => session.rejoin()}
        />,
        page,
      );
      controller.start();
    },
  });
  session.start();
  return () => session.giveUp();
}
