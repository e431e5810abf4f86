// Begins a comment on the selected lines.

import { commands, window } from "vscode";
import { CELL_SCHEME } from "../shared/cells";
import { show } from "../shared/tell";

/** Open the form of a comment; in a notebook say why there is none. */
export async function addComment(): Promise<void> {
  const editor = window.activeTextEditor;
  const isInNotebook =
    editor === undefined
      ? window.activeNotebookEditor !== undefined
      : editor.document.uri.scheme === CELL_SCHEME;
  if (isInNotebook) {
    show.warning(
      "Cells of a notebook cannot be commented on. Open it with Reopen Editor With… as text, or write in the chat.",
    );
    return;
  }
  await commands.executeCommand("workbench.action.addComment");
}
