// The place where the edit of an undo or redo ends: the cursor goes there. Pure.

import type { Position, TextEdit } from "@peerline/ui/generated/protocol";

/** The end of the first of an edit's places; the last one comes first, and none moves it. */
export function stepEnd(edits: readonly TextEdit[]): Position {
  const edit = edits.at(-1);
  if (edit === undefined) {
    return { line: 0, character: 0 };
  }
  const { start } = edit.range;
  const lines = edit.newText.split("\n");
  const last = lines.at(-1) ?? "";
  return lines.length === 1
    ? { line: start.line, character: start.character + last.length }
    : { line: start.line + lines.length - 1, character: last.length };
}
