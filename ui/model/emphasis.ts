// Bold, italic and named links among the parts of a text. Pure.
import type { Inline } from "./inline";

type Kind = "strong" | "emphasis";
const KINDS: Readonly<Record<string, Kind>> = { "**": "strong", "*": "emphasis", _: "emphasis" };
/** The characters before the first mark of a pair and behind its last: never of a word or a path. */
const BEFORE = /[\s([{"'“‘*_>-]/u;
const BEHIND = /[\s.,;:!?)\]}"'”’…*_-]/u;
/** No pair begins or ends with these inside: they are globs, operators and the ends of sentences. */
const NOT_FIRST = /[\s./\\,;:!?)\]}=|&%+>]/u;
const NOT_LAST = /[\s/\\(=|&%+<]/u;
const NAMED = /\[([^[\]\n]+)\]\($/u;

/** The parts with their marks taken out, and what stood between two of them marked. */
export function emphasised(parts: readonly Inline[]): Inline[] {
  const pieces = split(named(parts));
  const opened = new Map<string, number>();
  const pairs: [first: number, last: number, kind: Kind][] = [];
  for (const [index, { part, mark, breaks }] of pieces.entries()) {
    if (breaks) {
      opened.clear(); // a pair is in one line
    }
    if (mark === undefined) {
      continue;
    }
    const before = edge(pieces[index - 1], -1);
    const next = edge(pieces[index + 1], 0);
    const first = opened.get(part.text);
    if (first !== undefined && first + 1 < index && ends(before, next)) {
      pairs.push([first, index, mark]);
      for (const [other, place] of opened) {
        if (place >= first) {
          opened.delete(other); // what was begun inside ends inside
        }
      }
    } else if (first === undefined && begins(before, next)) {
      opened.set(part.text, index);
    }
  }
  const marks = new Set(pairs.flatMap((pair) => pair.slice(0, 2)));
  const shown: Inline[] = pieces.map(({ part }) => part);
  for (const [first, last, kind] of pairs) {
    for (let index = first + 1; index < last; index += 1) {
      const part = shown[index];
      if (part !== undefined) {
        const how = kind === "strong" ? { isStrong: true } : { isEmphasis: true };
        shown[index] = { ...part, ...how };
      }
    }
  }
  return joined(shown.filter((_, index) => !marks.has(index)));
}

interface Piece {
  part: Inline;
  /** The kind of a mark that this may be. */
  mark?: Kind;
  /** Whether a line ends in it. */
  breaks: boolean;
}

function split(parts: readonly Inline[]): Piece[] {
  return parts.flatMap((part): Piece[] => {
    if (part.kind !== "text") {
      return [{ part, breaks: false }];
    }
    return part.text
      .split(/(\*+|_+|\n)/u)
      .filter((text) => text !== "")
      .map((text) => {
        const mark = KINDS[text];
        const piece = { part: { kind: "text" as const, text }, breaks: text === "\n" };
        return mark === undefined ? piece : { ...piece, mark };
      });
  });
}

/** The character of a piece that stands beside a mark; a word for what is no text. */
function edge(piece: Piece | undefined, place: 0 | -1): string {
  return piece === undefined
    ? " "
    : piece.part.kind === "text"
      ? (piece.part.text.at(place) ?? " ")
      : "a";
}

function begins(before: string, next: string): boolean {
  return BEFORE.test(before) && !NOT_FIRST.test(next);
}

function ends(before: string, next: string): boolean {
  return !NOT_LAST.test(before) && BEHIND.test(next);
}

/** Links whose text is in brackets before them. */
function named(parts: readonly Inline[]): Inline[] {
  const shown: Inline[] = [];
  let isBehind = false;
  for (const [index, part] of parts.entries()) {
    const last = shown.at(-1);
    const next = parts[index + 1];
    const label =
      part.kind === "link" && last?.kind === "text" ? NAMED.exec(last.text)?.[1] : undefined;
    if (
      part.kind === "link" &&
      last?.kind === "text" &&
      label !== undefined &&
      next?.kind === "text" &&
      next.text.startsWith(")")
    ) {
      shown[shown.length - 1] = { ...last, text: last.text.slice(0, -(label.length + 3)) };
      // A link that is named says where it goes: its text may be another address.
      shown.push({ ...part, text: label, host: new URL(part.url).host });
      isBehind = true;
    } else if (isBehind && part.kind === "text") {
      shown.push({ ...part, text: part.text.slice(1) });
      isBehind = false;
    } else {
      shown.push(part);
    }
  }
  return shown.filter(({ text }) => text !== "");
}

/** Texts beside each other that look the same are one. */
function joined(parts: readonly Inline[]): Inline[] {
  const shown: Inline[] = [];
  for (const part of parts) {
    const last = shown.at(-1);
    if (
      part.kind === "text" &&
      last?.kind === "text" &&
      last.isStrong === part.isStrong &&
      last.isEmphasis === part.isEmphasis
    ) {
      shown[shown.length - 1] = { ...last, text: last.text + part.text };
    } else {
      shown.push(part);
    }
  }
  return shown;
}
