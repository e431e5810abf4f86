// Fenced code in a text, as CommonMark 0.31 finds it (section 4.5). Pure.
//
// One difference: a fence that is not closed, with nothing after it, is text, since it is mostly one
// that somebody is about to type. peerline/protocol/fences.py has the same rules.

/** One block; its rows count from 0. */
export interface FencedBlock {
  /** The row of the opening fence. */
  readonly first: number;
  /** The row of the closing fence, or of the end of the text. */
  readonly last: number;
  readonly isClosed: boolean;
  /** The text behind the opening fence: mostly the language. */
  readonly info: string;
  /** The lines inside, without the indentation of the opening fence. */
  readonly lines: readonly string[];
}

const OPENING = /^( {0,3})(`{3,}|~{3,})([\s\S]*)$/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t\r]*$/;

/** The blocks of a text in its lines, one after the other. */
export function fencedBlocks(lines: readonly string[]): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let row = 0;
  while (row < lines.length) {
    const [, indent = "", fence = "", info = ""] = OPENING.exec(lines[row] ?? "") ?? [];
    if (fence === "" || (fence.startsWith("`") && info.includes("`"))) {
      row += 1;
      continue;
    }
    const end = endOf(lines, row + 1, fence);
    const inside = lines.slice(row + 1, end);
    if (end === undefined && inside.every((line) => line.trim() === "")) {
      break;
    }
    blocks.push({
      first: row,
      last: end ?? lines.length - 1,
      isClosed: end !== undefined,
      info: info.trim(),
      lines: inside.map((line) => outdented(line, indent.length)),
    });
    row = end === undefined ? lines.length : end + 1;
  }
  return blocks;
}

function endOf(lines: readonly string[], row: number, fence: string): number | undefined {
  for (let number = row; number < lines.length; number++) {
    if (CLOSING.exec(lines[number] ?? "")?.[1]?.startsWith(fence)) {
      return number;
    }
  }
  return undefined;
}

function outdented(line: string, indent: number): string {
  const spaces = /^ */.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(spaces, indent));
}
