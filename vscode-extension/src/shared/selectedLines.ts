// The lines that a selection means. Pure.

interface Selection {
  readonly start: { readonly line: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** The first and the last of the selected lines; the line of the cursor if nothing is selected. */
export function selectedLines({ start, end }: Selection): { first: number; last: number } {
  // A selection of whole lines ends at the beginning of the next one, and does not mean that.
  const isBefore = end.line > start.line && end.character === 0;
  return { first: start.line, last: isBefore ? end.line - 1 : end.line };
}
