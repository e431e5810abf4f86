// The questions that are asked before a session is started or joined.

import { MAX_TITLE_CHARS } from "@peerline/ui/generated/limits";
import { listen } from "@peerline/ui/supervise";
import { commands, env, type LogOutputChannel, ThemeIcon, window, workspace } from "vscode";
import { ask, complain } from "../shared/tell";
import { linkProblem, serverProblem } from "./links";

/** Ask whether to leave one session for another one, which is started or joined. */
export async function confirmSwitch(
  title: string | undefined,
  how: "start" | "join" = "start",
): Promise<boolean> {
  const go = how === "start" ? "Leave and Start" : "Leave and Join";
  const here = title === undefined ? "a session" : `the session ${title}`;
  const choice = await ask(`You are in ${here}. Leave it and ${how} another?`, {}, go);
  return choice === go;
}

/** Ask whether to join by a link that anybody can have put anywhere; `left` is the session at hand. */
export async function confirmLink(address: string, left: string | undefined): Promise<boolean> {
  const join = left === undefined ? "Join" : "Leave and Join";
  const leaving = left === undefined ? "" : `You leave the session ${left}. `;
  const choice = await ask(
    `Join the Peerline session at ${address}?`,
    {
      detail: `${leaving}Others there will see your name, and where you are in the files of this workspace.`,
    },
    join,
  );
  return choice === join;
}

/** Ask whether to end the session. */
export async function confirmEnd(): Promise<boolean> {
  const end = "End Session";
  const choice = await ask(
    "End the session for everybody?",
    { detail: "Nobody can join it again. Its messages and comments stay on the server." },
    end,
  );
  return choice === end;
}

/** Ask whether to start a bridge again that keeps stopping; the log can be looked at instead. */
export async function askRestart(log: LogOutputChannel): Promise<boolean> {
  const restart = "Restart";
  const showLog = "Show Log";
  const choice = await complain(
    "Peerline's bridge keeps stopping and is no longer restarted automatically.",
    restart,
    showLog,
  );
  if (choice === showLog) {
    log.show();
  }
  return choice === restart;
}

/** Ask what a new session is called. */
export async function askTitle(): Promise<string | undefined> {
  const title = await window.showInputBox({
    title: "Peerline: Start Session",
    prompt: "The title of the session",
    value: workspace.name ?? "Pairing",
    ignoreFocusOut: true,
    validateInput: (value) => {
      const { length } = [...value.trim()]; // as the server counts
      return length === 0 || length > MAX_TITLE_CHARS
        ? `Use 1 to ${MAX_TITLE_CHARS} characters.`
        : undefined;
    },
  });
  return title?.trim();
}

/** Ask for a session link; one in the clipboard is proposed. */
export async function askLink(): Promise<string | undefined> {
  const copied = await env.clipboard.readText().then(
    (text) => text,
    () => "",
  );
  const box = window.createInputBox();
  box.title = "Peerline: Join Session";
  box.prompt = "The link that you were sent";
  box.placeholder = "peerline://HOST:PORT/SESSION?invite=CODE";
  box.value = linkProblem(copied) === undefined ? copied.trim() : "";
  box.ignoreFocusOut = true;
  box.buttons = [{ iconPath: new ThemeIcon("history"), tooltip: "Recent Sessions…" }];
  const link = await new Promise<string | undefined>((resolve) => {
    listen(box.onDidChangeValue, "checking a link", (value) => {
      box.validationMessage = value.trim() === "" ? undefined : linkProblem(value);
    });
    listen(box.onDidAccept, "taking a link", () => {
      box.validationMessage = linkProblem(box.value);
      if (box.validationMessage === undefined) {
        resolve(box.value.trim());
        box.hide();
      }
    });
    listen(box.onDidTriggerButton, "showing recent sessions", async () => {
      box.hide();
      await commands.executeCommand("peerline.recentSessions");
    });
    listen(box.onDidHide, "closing the question for a link", () => resolve(undefined));
    box.show();
  });
  box.dispose();
  return link;
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
