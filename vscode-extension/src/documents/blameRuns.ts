// Makes marks of the runs of authorship: a background for each run, a name where authors change. Pure.

import type { BlameRun, Position } from "@peerline/ui/generated/protocol";
import { oneLine } from "../shared/names";

/** A range with its author's color and name. */
export interface BlameMark {
  readonly start: Position;
  readonly end: Position;
  readonly color: number;
  readonly name: string;
}

/** A name at the end of a line. */
export interface BlameLabel {
  readonly line: number;
  readonly text: string;
}

export interface BlameMarks {
  readonly runs: readonly BlameMark[];
  readonly labels: readonly BlameLabel[];
}

/** The marks of a document. A line has a label where its authors are others than above. */
export function marksOf(runs: readonly BlameRun[]): BlameMarks {
  const marks = runs
    .filter(({ range }) => compare(range.start, range.end) < 0)
    .map(({ range, username, color }) => ({
      start: range.start,
      end: range.end,
      color,
      name: oneLine(username),
    }));
  return { runs: marks, labels: labelsOf(marks) };
}

function labelsOf(marks: readonly BlameMark[]): BlameLabel[] {
  const labels: BlameLabel[] = [];
  let before = "";
  for (const [line, authors] of authorsOfLines(marks)) {
    const text = [...new Set(authors.map(({ name }) => name))].join(", ");
    if (text !== before) {
      labels.push({ line, text });
    }
    before = text;
  }
  return labels;
}

/** The runs in each line, for the lines in which one begins or ends, and the one after. */
function authorsOfLines(marks: readonly BlameMark[]): Map<number, BlameMark[]> {
  const lines = new Map<number, BlameMark[]>();
  const add = (line: number, mark: BlameMark) => {
    const found = lines.get(line);
    if (found === undefined) {
      lines.set(line, [mark]);
    } else {
      found.push(mark);
    }
  };
  for (const mark of marks) {
    // A run that ends at the beginning of a line has nothing in it.
    const last = mark.end.character === 0 ? mark.end.line - 1 : mark.end.line;
    add(mark.start.line, mark);
    if (last > mark.start.line) {
      // All lines between have the same author: the first of them stands for all.
      add(mark.start.line + 1, mark);
      if (last > mark.start.line + 1) {
        add(last, mark);
      }
    }
  }
  return new Map([...lines].sort(([one], [other]) => one - other));
}

function compare(one: Position, other: Position): number {
  return one.line - other.line || one.character - other.character;
}
