// The blocks of a comment: text and fenced code. Pure.
import { fencedBlocks } from "@peerline/ui/model/fences";

/** A part of a comment. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly language: string; readonly lines: readonly string[] };

/** The blocks of a text. A fence that is not closed is text, as it was typed. */
export function blocksOf(content: string): Block[] {
  const lines = content.split("\n");
  const blocks: Block[] = [];
  const addText = (from: number, to: number) => {
    if (to > from) {
      blocks.push({ kind: "text", text: lines.slice(from, to).join("\n") });
    }
  };
  let row = 0;
  for (const { first, last, isClosed, info, lines: code } of fencedBlocks(lines)) {
    if (isClosed) {
      addText(row, first);
      blocks.push({ kind: "code", language: languageOf(info), lines: code });
      row = last + 1;
    }
  }
  addText(row, lines.length);
  return blocks;
}

/** The length of the longest run of backticks, at least this. */
export function longestRun(text: string, atLeast: number): number {
  return [...text.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), atLeast);
}

function languageOf(info: string): string {
  const language = info.toLowerCase();
  return /^[a-z0-9+#-]*$/.test(language) ? language : "";
}
