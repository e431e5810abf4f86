// The people whose cursors are above or below what is seen. Pure.

import type { Text } from "@codemirror/state";
import type { Person } from "./people.ts";

/** The people that are named at an edge; the others are a number. */
export const MAX_NAMED = 3;

/** Somebody outside of the view; the line is 1-based. */
export interface Away {
  readonly person: Person;
  readonly line: number;
}

export interface Outside {
  readonly above: readonly Away[];
  readonly below: readonly Away[];
}

/** The people above and below the lines that are seen, the nearest first. */
export function outside(
  persons: readonly Person[],
  text: Text,
  seen: { start_line: number; end_line: number },
): Outside {
  const placed = persons.map((person) => {
    const line = text.lineAt(Math.min(person.head, text.length)).number;
    return { person, line };
  });
  return {
    above: placed.filter(({ line }) => line < seen.start_line).sort((a, b) => b.line - a.line),
    below: placed.filter(({ line }) => line > seen.end_line).sort((a, b) => a.line - b.line),
  };
}
