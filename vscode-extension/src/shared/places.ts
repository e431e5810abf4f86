// Between the protocol's positions and VS Code's, which count the same way (UTF-16).

import type * as protocol from "@peerline/ui/generated/protocol";
import { Position, Range, type TextEditor, Uri } from "vscode";

export function toPosition(position: protocol.Position): Position {
  return new Position(position.line, position.character);
}

export function toRange(range: protocol.Range): Range {
  return new Range(toPosition(range.start), toPosition(range.end));
}

export function fromPosition({ line, character }: Position): protocol.Position {
  return { line, character };
}

export function fromRange(range: Range): protocol.Range {
  return { start: fromPosition(range.start), end: fromPosition(range.end) };
}

/** The lines that an editor shows. */
export function visibleLines(editor: TextEditor): protocol.LineRange | undefined {
  const [first] = editor.visibleRanges;
  const last = editor.visibleRanges.at(-1);
  return first && last && { start: first.start.line, end: last.end.line };
}

/** A URI of the bridge in the form in which VS Code writes it, so that both can be compared. */
export function canonical(uri: string): string {
  return Uri.parse(uri).toString();
}
