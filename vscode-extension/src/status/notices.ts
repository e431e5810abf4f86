// Notifications: the bridge's notices, mentions, and a change of the user's role.

import type { EditorNotice } from "@peerline/ui/generated/protocol";
import { run } from "@peerline/ui/supervise";
import type { Disposable, LogOutputChannel } from "vscode";
import type { Unread } from "../chat/unread";
import type { Session } from "../session/session";
import { oneLine } from "../shared/names";
import { settings } from "../shared/settings";
import { openChat, show } from "../shared/tell";
import { hasGone } from "./mentionNews";
import type { News } from "./news";
import { logNotice } from "./noticeLog";
import { comingsText, roleText } from "./peopleTexts";

const LINE = 200;
/** One message is shown for all mentions in the chat: the last one. */
const CHAT_KEY = "chat";
/** The code of the bridge's notices about changed roles. */
const DECIDED = "DECIDED";

/** Shows messages as they come. */
export function showNotices(
  session: Session,
  unread: Unread,
  news: News,
  log: LogOutputChannel,
): Disposable[] {
  let role = session.state.role;
  let mentionId = "";
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
        mentionId = mention.id;
        const text = `${oneLine(mention.username)}: ${oneLine(mention.content, LINE)}`;
        run("showing a mention", () =>
          news.tell({ key: CHAT_KEY, text, links: [{ text: "Open Chat", open: openChat }] }),
        );
      }
    }),
    session.onDidChangeChat((chat) => {
      if (hasGone(mentionId, chat)) {
        news.settle(CHAT_KEY);
      }
    }),
    unread.onDidChange((count) => {
      if (count === 0) {
        news.settle(CHAT_KEY); // it was read, or the session was left
      }
    }),
    session.onDidChangeState(({ state }) => {
      if (state === "offline") {
        news.clear();
      }
    }),
  ];
}

function showNotice(notice: EditorNotice, log: LogOutputChannel): void {
  const { level, code, message } = notice;
  if (code === DECIDED) {
    return; // the role's own texts are shown instead
  }
  const text = `Peerline: ${message}`;
  logNotice(notice, log);
  switch (level) {
    case "error":
      show.error(text);
      break;
    case "warning":
      show.warning(text);
      break;
    default:
      show.info(text);
  }
}
