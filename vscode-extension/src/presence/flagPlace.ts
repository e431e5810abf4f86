// The place of a name flag at a cursor: never on code. Pure.

/** Above or below the cursor where that line has no code, otherwise behind the end of its line. */
export type FlagPlace = "above" | "below" | "behind";

/** The texts of a cursor's line and of its neighbors; undefined where the file ends. */
export interface Neighborhood {
  readonly above: string | undefined;
  readonly line: string;
  readonly below: string | undefined;
}

/** The columns that a flag takes beside its name: its padding, and a little air. */
const MARGIN = 2;
/** Characters that take two columns: East Asian ones, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** The place for the flag with this name; `character` counts UTF-16 code units. */
export function placeOfFlag(
  { above, line, below }: Neighborhood,
  character: number,
  name: string,
  tabSize: number,
): FlagPlace {
  const from = inColumns(line.slice(0, character), tabSize).length;
  const to = from + inColumns(name, tabSize).length + MARGIN;
  // A character has at most two code units and at least one column: more need not be looked at.
  const isFree = (text: string | undefined) =>
    text !== undefined &&
    inColumns(text.slice(0, 2 * to), tabSize)
      .slice(from, to)
      .trim() === "";
  return isFree(above) ? "above" : isFree(below) ? "below" : "behind";
}

/** A text with one character for each column on the screen. */
function inColumns(text: string, tabSize: number): string {
  let columns = "";
  for (const sign of text) {
    columns += sign === "\t" ? " ".repeat(tabSize - (columns.length % tabSize)) : sign[0];
    columns += WIDE.test(sign) ? sign[0] : "";
  }
  return columns;
}
