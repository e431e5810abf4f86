// The blocks of a comment: text and fenced code, as CommonMark finds it (0.31, section 4.5). Pure.

/** A part of a comment. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly language: string; readonly lines: readonly string[] };

const OPENING = /^( {0,3})(`{3,}|~{3,})(.*)$/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

/** The blocks of a text. A fence that is not closed is text, as it was typed. */
export function blocksOf(content: string): Block[] {
  const lines = content.split("\n");
  const blocks: Block[] = [];
  let text: string[] = [];
  const addText = () => {
    if (text.length > 0) {
      blocks.push({ kind: "text", text: text.join("\n") });
    }
    text = [];
  };
  let row = 0;
  while (row < lines.length) {
    const line = lines[row] ?? "";
    const [, indent = "", fence = "", info = ""] = OPENING.exec(line) ?? [];
    const isFence = fence !== "" && !(fence.startsWith("`") && info.includes("`"));
    const end = isFence ? endOf(lines, row + 1, fence) : undefined;
    if (isFence && end === undefined) {
      text.push(...lines.slice(row)); // the rest may be in the block or not
      break;
    }
    if (end === undefined) {
      text.push(line);
      row += 1;
    } else {
      addText();
      const inside = lines.slice(row + 1, end).map((one) => outdented(one, indent.length));
      blocks.push({ kind: "code", language: languageOf(info), lines: inside });
      row = end + 1;
    }
  }
  addText();
  return blocks;
}

/** The length of the longest run of backticks, at least this. */
export function longestRun(text: string, atLeast: number): number {
  return [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), atLeast);
}

function languageOf(info: string): string {
  const language = info.trim().toLowerCase();
  return /^[a-z0-9+#-]*$/.test(language) ? language : "";
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
