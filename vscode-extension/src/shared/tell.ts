// Messages to the user. VS Code runs commands by links in them, so what others wrote has none here.

import { run } from "@peerline/ui/supervise";
import { commands, type MessageOptions, window } from "vscode";
import { withoutLinks } from "./names";

/** Messages without a question: nobody waits until they are closed. */
export const show = {
  info: (message: string): void => run("showing a message", () => tell(message)),
  warning: (message: string): void => run("showing a message", () => warn(message)),
  error: (message: string): void => run("showing a message", () => complain(message)),
};

/** Show an information, and return the button that was pressed. */
export async function tell(message: string, ...buttons: string[]): Promise<string | undefined> {
  return window.showInformationMessage(withoutLinks(message), ...buttons);
}

/** The same as a warning. */
export async function warn(message: string, ...buttons: string[]): Promise<string | undefined> {
  return window.showWarningMessage(withoutLinks(message), ...buttons);
}

/** The same as an error. */
export async function complain(message: string, ...buttons: string[]): Promise<string | undefined> {
  return window.showErrorMessage(withoutLinks(message), ...buttons);
}

/** A message with a button that opens the chat. */
export async function tellWithChat(message: string): Promise<void> {
  const open = "Open Chat";
  if ((await tell(message, open)) === open) {
    await openChat();
  }
}

/** Show the chat and go there. */
export async function openChat(): Promise<void> {
  await commands.executeCommand("peerline.chat.focus");
}

/** Ask in a dialog that must be answered; undefined if it was cancelled. */
export async function ask(
  message: string,
  options: Omit<MessageOptions, "modal">,
  ...buttons: string[]
): Promise<string | undefined> {
  const detail = options.detail && withoutLinks(options.detail);
  return window.showWarningMessage(withoutLinks(message), { modal: true, detail }, ...buttons);
}
