// The command that brings the selected code into the chat, as a place and its text.

import { writePlace } from "@peerline/ui/model/references";
import type { TextEditor } from "vscode";
import { selectedLines } from "../shared/selectedLines";
import { pathInFolder } from "../shared/sessionFiles";
import { show } from "../shared/tell";
import { quoteCode } from "./quoteCode";

/** The text to insert into the message; nothing, and a notification, if nothing is selected. */
export function selectionForChat(editor: TextEditor | undefined): string | undefined {
  if (editor === undefined) {
    show.info("Select code in an editor first.");
    return undefined;
  }
  const { document, selection } = editor;
  const file = pathInFolder(document.uri);
  const { first, last } = selectedLines(selection);
  const place =
    file === undefined
      ? undefined
      : writePlace({
          file,
          line: first + 1,
          endLine: last + 1,
        });
  const text = selection.isEmpty
    ? document.lineAt(selection.start.line).text
    : document.getText(selection);
  return quoteCode(text, document.languageId, place);
}
