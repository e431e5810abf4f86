// The command that brings the selected code into the chat, as a place and its text.

import { writePlace } from "@peerline/ui/model/references";
import { type TextEditor, workspace } from "vscode";
import { selectedLines } from "../shared/selectedLines";
import { show } from "../shared/tell";
import { quoteCode } from "./quoteCode";

/** The text to insert into the message; nothing, and a notification, if nothing is selected. */
export function selectionForChat(editor: TextEditor | undefined): string | undefined {
  if (editor === undefined) {
    show.info("Select code in an editor first.");
    return undefined;
  }
  const { document, selection } = editor;
  const folder = workspace.getWorkspaceFolder(document.uri);
  const { first, last } = selectedLines(selection);
  const place =
    folder === undefined
      ? undefined
      : writePlace({
          file: document.uri.path.slice(folder.uri.path.length).replace(/^\/+/u, ""),
          line: first + 1,
          endLine: last + 1,
        });
  const text = selection.isEmpty
    ? document.lineAt(selection.start.line).text
    : document.getText(selection);
  return quoteCode(text, document.languageId, place);
}
