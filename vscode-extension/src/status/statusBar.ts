// The status bar item: the state, how many people are here, what is unread.
import { type Disposable, StatusBarAlignment, ThemeColor, window } from "vscode";
import type { Unread } from "../chat/unread";
import type { Session } from "../session/session";
import { statusText } from "./statusText";

/** Shows one item, which opens the menu. */
export function showStatus(session: Session, unread: Unread): Disposable[] {
  const item = window.createStatusBarItem("session", StatusBarAlignment.Left, 10);
  item.name = "Peerline";
  item.command = "peerline.showMenu";
  const update = () => {
    const { text, tooltip, label, isWarning } = statusText(session.state, unread.count);
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label };
    item.backgroundColor = isWarning
      ? new ThemeColor("statusBarItem.warningBackground")
      : undefined;
    item.show();
  };
  update();
  return [item, session.onDidChangeState(update), unread.onDidChange(update)];
}
