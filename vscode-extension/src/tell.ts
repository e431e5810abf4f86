// Messages to the user. VS Code runs commands by links in them, so what others wrote has none here.
import { type MessageOptions, window } from "vscode";
import { withoutLinks } from "./names";

/** Show an information, and return the button that was pressed. */
export function tell(message: string, ...buttons: string[]): Thenable<string | undefined> {
  return window.showInformationMessage(withoutLinks(message), ...buttons);
}

/** The same as a warning. */
export function warn(message: string, ...buttons: string[]): Thenable<string | undefined> {
  return window.showWarningMessage(withoutLinks(message), ...buttons);
}

/** The same as an error. */
export function complain(message: string, ...buttons: string[]): Thenable<string | undefined> {
  return window.showErrorMessage(withoutLinks(message), ...buttons);
}

/** Ask in a dialog that must be answered; undefined if it was cancelled. */
export function ask(
  message: string,
  options: Omit<MessageOptions, "modal">,
  ...buttons: string[]
): Thenable<string | undefined> {
  const detail = options.detail && withoutLinks(options.detail);
  return window.showWarningMessage(withoutLinks(message), { modal: true, detail }, ...buttons);
}
