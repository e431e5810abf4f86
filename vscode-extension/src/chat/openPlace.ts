// Opens a place that a message names. Which file it is the bridge decides: only one of the workspace.

import type { CodePlace } from "@peerline/ui/model/references";
import { Range, Selection, Uri } from "vscode";
import type { Session } from "../session/session";
import { toPosition } from "../shared/places";
import { showAt } from "../shared/showAt";

/** Rejects with CommandRefused if there is no such file here. */
export async function openPlace(session: Session, place: CodePlace): Promise<void> {
  const { file, line, column = 1, endLine } = place;
  const found = await session.command("peerline.locate", { file, line, column });
  if (!isPlace(found)) {
    return;
  }
  const editor = await showAt(Uri.parse(found.uri), toPosition(found.position));
  if (endLine !== undefined) {
    const { document } = editor;
    const last = document.lineAt(Math.min(endLine, document.lineCount) - 1).range.end;
    const range = document.validateRange(new Range(editor.selection.start, last));
    editor.selection = new Selection(range.start, range.end);
    editor.revealRange(range);
  }
}

function isPlace(
  value: unknown,
): value is { uri: string; position: { line: number; character: number } } {
  return typeof value === "object" && value !== null && "uri" in value && "position" in value;
}
