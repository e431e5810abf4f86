// The selection of the editor: the rows that a comment is on, and the place that others see. Pure.
import type { EditorState, Text } from "@codemirror/state";
import type { OpenedDocument } from "@peerline/client";
import type { Rows } from "../code/anchors.ts";

/** Whether the text that is shown is that of the others, up to what is under way. */
export function isSynced({ state }: Pick<OpenedDocument, "state">): boolean {
  return state === "equal" || state === "offline";
}

/** The rows of the selection; one that ends before the first character of a line is not of that. */
export function selectedRows({ doc, selection }: EditorState): Rows {
  const { from, to } = selection.main;
  const first = doc.lineAt(from);
  const last = doc.lineAt(to);
  const reaches = to > last.from || last.number === first.number;
  return { first: first.number - 1, last: last.number - (reaches ? 1 : 2) };
}

/** The rows of a comment that is begun at a row: those of the selection that it is in, else itself. */
export function pressedRows(selected: Rows, row: number): Rows {
  const isInside = row >= selected.first && row <= selected.last;
  return isInside ? selected : { first: row, last: row };
}

/** The rows that a text has of these. */
export function within(rows: Rows, text: Text): Rows {
  const last = Math.min(rows.last, text.lines - 1);
  return { first: Math.min(rows.first, last), last };
}

/** The cursor, and the selection if there is one, as lines and as places that move with the text. */
export function cursorIn(
  { doc, selection: { main } }: EditorState,
  shared: Pick<OpenedDocument, "id" | "relative">,
) {
  const place = (index: number) => {
    const line = doc.lineAt(index);
    return { line: line.number, column: index - line.from + 1 };
  };
  const from = place(main.from);
  const to = place(main.to);
  const selection = {
    start_line: from.line,
    start_column: from.column,
    end_line: to.line,
    end_column: to.column,
  };
  const at = {
    document_id: shared.id,
    head: shared.relative(main.head, 0),
    ...(main.empty ? {} : { anchor: shared.relative(main.anchor, 0) }),
  };
  return { ...place(main.head), at, ...(main.empty ? {} : { selection }) };
}
