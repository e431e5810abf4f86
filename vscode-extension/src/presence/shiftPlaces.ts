// Moves others' places with the text, until the bridge sends the next ones. Pure.

import type { EditorPresence, Position, Range } from "@peerline/ui/generated/protocol";

/** A change of a text: this range had this text put in its place. */
export interface Change {
  readonly range: Range;
  readonly text: string;
}

/** The place of somebody in a document after changes of it, which do not overlap. */
export function shiftPresence(
  presence: EditorPresence,
  uri: string,
  changes: readonly Change[],
): EditorPresence {
  const { cursor, selection, viewport } = presence;
  const isHere = presence.uri === uri;
  const line = (number: number) => shift({ line: number, character: 0 }, changes).line;
  return {
    ...presence,
    cursor: isHere && cursor ? shift(cursor, changes) : cursor,
    selection:
      isHere && selection
        ? { start: shift(selection.start, changes), end: shift(selection.end, changes) }
        : selection,
    viewport:
      presence.viewport_uri === uri && viewport
        ? { start: line(viewport.start), end: line(viewport.end) }
        : viewport,
  };
}

/** A position after changes that do not overlap; it stays before what is inserted exactly there. */
export function shift(position: Position, changes: readonly Change[]): Position {
  const lastFirst = [...changes].sort((one, other) => compare(other.range.start, one.range.start));
  return lastFirst.reduce(shiftOnce, position);
}

function shiftOnce(position: Position, { range: { start, end }, text }: Change): Position {
  if (compare(position, start) <= 0) {
    return position;
  }
  if (compare(position, end) < 0) {
    return start;
  }
  const lines = text.split(/\r\n|\r|\n/);
  const last = lines.at(-1) ?? "";
  const line = start.line + lines.length - 1;
  const character = lines.length === 1 ? start.character + last.length : last.length;
  return position.line === end.line
    ? { line, character: character + position.character - end.character }
    : { line: position.line - end.line + line, character: position.character };
}

function compare(one: Position, other: Position): number {
  return one.line - other.line || one.character - other.character;
}
