// Code references in a text: `src/cart.py:20`, `src/cart.py:20:5`, `src/cart.py:20-24`, `…#L20`. Pure.
import { MAX_FILE_CHARS, MAX_LINE } from "../generated/limits";

/** A place in a file of the workspace; lines and columns are 1-based. */
export interface CodePlace {
  file: string;
  line: number;
  column?: number;
  endLine?: number;
}

/** A reference and where it stands in the text. */
export interface CodeReference extends CodePlace {
  start: number;
  end: number;
}

// A file has an extension that begins with a letter (so that 127.0.0.1:80 is none), or a name that
// is known without one. What stands before must not be part of a path, a URL or a word.
const REFERENCE =
  /(?<![\p{L}\p{M}\p{N}_./:@\\~+-])(?:\.\/)?((?:[\p{L}\p{M}\p{N}_.@+-]+\/)*(?:[\p{L}\p{M}\p{N}_.+-]*\.\p{L}[\p{L}\p{N}_]{0,15}|Makefile|Dockerfile|Justfile|Gemfile|Rakefile|LICENSE|README))(?::(\d{1,10})(?:-(\d{1,10})|:(\d{1,10}))?|#L(\d{1,10})(?:-L?(\d{1,10}))?)(?![\p{L}\p{N}_/\\])/gu;

/** Every reference in a text, in order. */
export function findReferences(text: string): CodeReference[] {
  const found: CodeReference[] = [];
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, file, line, lineEnd, column, anchor, anchorEnd] = match;
    const place = asPlace({
      file: file ?? "",
      line: Number(line ?? anchor),
      column: numberOf(column),
      endLine: numberOf(lineEnd ?? anchorEnd),
    });
    if (place !== undefined) {
      found.push({ ...place, start: match.index, end: match.index + whole.length });
    }
  }
  return found;
}

/** The place if it can be one, else nothing. A range that ends before its start is one line. */
export function asPlace(place: CodePlace): CodePlace | undefined {
  const { file, line, column, endLine } = place;
  if (!isWorkspacePath(file) || !isPosition(line)) {
    return undefined;
  }
  return {
    file,
    line,
    ...(isPosition(column) ? { column } : {}),
    ...(isPosition(endLine) && endLine > line ? { endLine } : {}),
  };
}

/** Whether a path is relative, normalised and inside of a workspace, as on the wire. */
export function isWorkspacePath(path: string): boolean {
  return (
    path.length > 0 &&
    path.length <= MAX_FILE_CHARS &&
    !/[\\\p{Cs}]/u.test(path) &&
    !Array.from(path).some((char) => char < " " || char === "\u007f") &&
    !/^(?:\/|.:)/u.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

/** How a place is written in a message. */
export function writePlace({ file, line, endLine }: CodePlace): string {
  return endLine === undefined || endLine === line
    ? `${file}:${line}`
    : `${file}:${line}-${endLine}`;
}

function isPosition(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 1 && value <= MAX_LINE;
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
