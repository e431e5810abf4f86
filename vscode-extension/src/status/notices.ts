// Notifications: the bridge's notices, mentions, and a change of the user's role.

import type { EditorNotice } from "@peerline/ui/generated/protocol";
import { run } from "@peerline/ui/supervise";
import type { Disposable, LogOutputChannel } from "vscode";
import type { Unread } from "../chat/unread";
import type { Session } from "../session/session";
import { oneLine } from "../shared/names";
import { settings } from "../shared/settings";
import { show, tellWithChat } from "../shared/tell";
import { comingsText, roleText } from "./peopleTexts";

const LINE = 200;
/** The code of the bridge's notices about changed roles. */
const DECIDED = "DECIDED";

/** Shows messages as they come. */
export function showNotices(session: Session, unread: Unread, log: LogOutputChannel): Disposable[] {
  let role = session.state.role;
  return [
    session.onDidNotice((notice) => showNotice(notice, log)),
    session.onDidChangeState((state) => {
      if (role !== undefined && state.role !== undefined && state.role !== role) {
        show.info(roleText(state.role));
      }
      role = state.state === "offline" ? undefined : (state.role ?? role);
    }),
    session.onDidComeOrGo((news) => {
      const isHost = session.state.role === "host";
      const text = comingsText(news, { all: settings().notifyJoins, removals: isHost });
      if (text !== "") {
        show.info(text);
      }
    }),
    session.onDidReceiveMessages((messages) => {
      const mention = messages.findLast((message) => message.mentions_me && !message.is_me);
      if (mention !== undefined && settings().notifyMentions && !unread.isChatVisible) {
        const text = `${oneLine(mention.username)}: ${oneLine(mention.content, LINE)}`;
        run("showing a mention", () => tellWithChat(text));
      }
    }),
  ];
}

function showNotice({ level, code, message }: EditorNotice, log: LogOutputChannel): void {
  if (code === DECIDED) {
    return; // the role's own texts are shown instead
  }
  const text = `Peerline: ${message}`;
  switch (level) {
    case "error":
      log.error(message);
      show.error(text);
      break;
    case "warning":
      log.warn(message);
      show.warning(text);
      break;
    default:
      log.info(message);
      show.info(text);
  }
}
