// Notifications: the bridge's notices, mentions, and a change of the user's role.

import type { EditorNotice, Role } from "@peerline/ui/generated/protocol";
import { run } from "@peerline/ui/supervise";
import { commands, type Disposable, type LogOutputChannel } from "vscode";
import type { Unread } from "../chat/unread";
import type { Session } from "../session/session";
import { oneLine } from "../shared/names";
import { settings } from "../shared/settings";
import { show, tell } from "../shared/tell";

const LINE = 200;

const ROLE_TEXTS: { readonly [Name in Role]: string } = {
  host: "You are a host now: you can invite people, change roles and remove people.",
  editor: "You are an editor now: you can write in the chat and comment.",
  viewer: "You are a viewer now: you see everything, but you cannot write in the chat or comment.",
};

/** Shows messages as they come. */
export function showNotices(session: Session, unread: Unread, log: LogOutputChannel): Disposable[] {
  let role = session.state.role;
  return [
    session.onDidNotice((notice) => showNotice(notice, log)),
    session.onDidChangeState((state) => {
      if (role !== undefined && state.role !== undefined && state.role !== role) {
        show.info(ROLE_TEXTS[state.role]);
      }
      role = state.state === "offline" ? undefined : (state.role ?? role);
    }),
    session.onDidReceiveMessages((messages) => {
      const mention = messages.findLast((message) => message.mentions_me && !message.is_me);
      if (mention !== undefined && settings().notifyMentions && !unread.isChatVisible) {
        const text = `${oneLine(mention.username)}: ${oneLine(mention.content, LINE)}`;
        run("showing a mention", () => tellMention(text));
      }
    }),
  ];
}

function showNotice({ level, message }: EditorNotice, log: LogOutputChannel): void {
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

async function tellMention(text: string): Promise<void> {
  const open = "Open Chat";
  if ((await tell(text, open)) === open) {
    await commands.executeCommand("peerline.chat.focus");
  }
}
