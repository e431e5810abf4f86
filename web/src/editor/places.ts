// Places of comments and of others in an opened document. Pure but for the document.

import type { Text } from "@codemirror/state";
import type { AnchorData, OpenedDocument, Participant } from "@peerline/client";
import { type Anchored, describe, find, type Rows } from "../code/anchors.ts";
import type { Person } from "./people.ts";

type Relative = [number, number, number];

/** The rows of an anchor in the text, which may be of its generation; undefined if not certain. */
export function rowsOf(
  document: OpenedDocument,
  text: Text,
  lines: () => readonly string[],
  anchor: Anchored,
): Rows | undefined {
  const { start, end, generation, document_id } = anchor;
  const isExact =
    document.state !== "detached" &&
    document_id === document.id &&
    generation === document.generation;
  if (isExact && start !== undefined && end !== undefined) {
    const first = document.indexOf(start as Relative);
    const last = document.indexOf(end as Relative);
    if (first !== undefined && last !== undefined && first < last && last <= text.length) {
      const from = text.lineAt(first);
      const to = text.lineAt(last);
      const reaches = last > to.from || to.number <= from.number;
      return { first: from.number - 1, last: to.number - (reaches ? 1 : 2) };
    }
  }
  return find(lines(), anchor);
}

/** The anchor of a comment on these rows. */
export function anchorOf(
  document: OpenedDocument,
  file: string,
  text: Text,
  rows: Rows,
): AnchorData {
  const lines = text.toString().split("\n");
  const anchor: AnchorData = { file, ...describe(lines, rows) };
  const from = text.line(rows.first + 1).from;
  const line = text.line(rows.last + 1);
  // The last line end is in it only where that line has nothing else.
  const to = line.from === line.to ? Math.min(line.to + 1, text.length) : line.to;
  if (from >= to || document.state === "detached") {
    return anchor;
  }
  return {
    ...anchor,
    document_id: document.id,
    generation: document.generation,
    start: document.relative(from, 0),
    end: document.relative(to, -1),
  };
}

/** The others whose cursors are in the document. */
export function peopleIn(
  document: OpenedDocument,
  file: string,
  text: Text,
  participants: Iterable<Participant>,
  me: string,
  colorOf: (userId: string) => number,
): Person[] {
  const found: Person[] = [];
  for (const { id, username, presence } of participants) {
    const { cursor } = presence ?? {};
    if (id === me || cursor == null) {
      continue;
    }
    const { at } = cursor;
    // The lines of a notebook's cell are none of its text.
    const isInText = cursor.file === file && cursor.cell === undefined;
    const isHere = at === undefined ? isInText : at.document_id === document.id;
    const head = at === undefined ? undefined : document.indexOf(at.head as Relative);
    const anchor = at?.anchor === undefined ? undefined : document.indexOf(at.anchor as Relative);
    if (isHere) {
      const place = head ?? indexAt(text, cursor.line, cursor.col);
      found.push({
        id,
        name: username,
        color: colorOf(id),
        head: place,
        ...(anchor === undefined ? {} : { anchor }),
      });
    }
  }
  return found;
}

function indexAt(text: Text, line: number, column: number): number {
  const found = text.line(Math.max(1, Math.min(line, text.lines)));
  return Math.min(found.to, found.from + Math.max(0, column - 1));
}
