// The menu that the status bar item opens.
import { commands, window } from "vscode";
import type { Session } from "../session/session";
import { menuActions } from "./menuActions";

/** Pick a command and carry it out. */
export async function showMenu(session: Session): Promise<void> {
  const rows = menuActions(session.state, session.offers);
  const chosen = await window.showQuickPick(rows, { title: "Peerline" });
  if (chosen !== undefined) {
    await commands.executeCommand(chosen.run);
  }
}
