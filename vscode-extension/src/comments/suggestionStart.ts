// The place in a comment at which the block of a suggestion can begin. Pure.

/** Whether the cursor is behind a fence, or in the name of its language, with nothing else there. */
export function isSuggestionStart(line: string, character: number): boolean {
  // The form may have closed the backticks automatically.
  return /^`{3}\w*$/.test(line.slice(0, character)) && /^`*$/.test(line.slice(character));
}
