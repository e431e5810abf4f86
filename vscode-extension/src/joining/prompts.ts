// The questions that are asked before a session is started or joined.

import { MAX_TITLE_CHARS } from "@peerline/ui/generated/limits";
import { commands, env, window, workspace } from "vscode";
import { ask } from "../shared/tell";
import { linkProblem, serverProblem } from "./links";

/** Ask whether to leave one session for a new one. */
export async function confirmSwitch(title: string | undefined): Promise<boolean> {
  const go = "Leave and Start";
  const choice = await ask(
    `You are in the session ${title ?? ""}. Leave it and start another?`,
    {},
    go,
  );
  return choice === go;
}

/** Ask what a new session is called. */
export async function askTitle(): Promise<string | undefined> {
  const title = await window.showInputBox({
    title: "Peerline: Start Session",
    prompt: "The title of the session",
    value: workspace.name ?? "Pairing",
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === "" || value.length > MAX_TITLE_CHARS
        ? `Use 1 to ${MAX_TITLE_CHARS} characters.`
        : undefined,
  });
  return title?.trim();
}

/** Ask for a session link; one in the clipboard is proposed. */
export async function askLink(): Promise<string | undefined> {
  const copied = await env.clipboard.readText().then(
    (text) => text,
    () => "",
  );
  const link = await window.showInputBox({
    title: "Peerline: Join Session",
    prompt: "The link that you were sent",
    placeHolder: "peerline://HOST:PORT/SESSION?invite=CODE",
    value: linkProblem(copied) === undefined ? copied.trim() : "",
    ignoreFocusOut: true,
    validateInput: linkProblem,
  });
  return link?.trim();
}

/** Ask whether to join without a folder, if none is open; true where one is. */
export async function confirmWithoutFolder(): Promise<boolean> {
  if ((workspace.workspaceFolders ?? []).length > 0) {
    return true;
  }
  const open = "Open Folder…";
  const anyway = "Join Without";
  const choice = await ask(
    "No folder is open. Cursors and comments need the folder that the others work in.",
    {},
    open,
    anyway,
  );
  if (choice === open) {
    await commands.executeCommand("workbench.action.files.openFolder");
  }
  return choice === anyway;
}

/** Ask for the server of a new session. */
export async function askServer(proposed: string): Promise<string | undefined> {
  const server = await window.showInputBox({
    title: "Peerline: New Session on a Server",
    prompt: "A server where you have an account",
    placeHolder: "HOST:PORT, or peerlines://HOST for one with TLS",
    value: proposed,
    ignoreFocusOut: true,
    validateInput: serverProblem,
  });
  return server?.trim();
}
