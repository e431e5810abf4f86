// The places of comments in a text: by their exact lines, or none. Pure.
//
// The bridges of editors find comments again in changed texts. Here a comment is shown only where its
// lines are certain: never on a wrong line.
import type { AnchorData } from "@peerline/client";
import {
  MAX_CONTEXT_LINE_CHARS,
  MAX_CONTEXT_LINES,
  MAX_SNIPPET_CHARS,
} from "@peerline/ui/generated/limits";

/** 0-based lines, both inclusive. */
export interface Rows {
  readonly first: number;
  readonly last: number;
}

export type TextAnchor = Pick<
  AnchorData,
  "line" | "end_line" | "code_snippet" | "context_before" | "context_after"
>;

/** The parts of a comment or draft that say where it belongs. */
export type Anchored = TextAnchor &
  Pick<AnchorData, "file" | "document_id" | "generation" | "start" | "end">;

/** The text fields of a comment on these rows. */
export function describe(lines: readonly string[], { first, last }: Rows): TextAnchor {
  const snippet = lines.slice(first, last + 1).map(storable);
  const sizeOf = () => snippet.reduce((sum, line) => sum + line.length + 1, 0);
  while (snippet.length > 1 && sizeOf() > MAX_SNIPPET_CHARS) {
    snippet.pop();
  }
  const context = (from: number, to: number) =>
    lines.slice(Math.max(0, from), to).map((line) => cut(storable(line), MAX_CONTEXT_LINE_CHARS));
  return {
    line: first + 1,
    ...(last > first ? { end_line: last + 1 } : {}),
    code_snippet: cut(snippet.join("\n"), MAX_SNIPPET_CHARS),
    context_before: context(first - MAX_CONTEXT_LINES, first) as AnchorData["context_before"],
    context_after: context(last + 1, last + 1 + MAX_CONTEXT_LINES) as AnchorData["context_after"],
  };
}

/** The rows of a comment in a text; undefined if they are not certain. */
export function find(lines: readonly string[], comment: TextAnchor): Rows | undefined {
  const height = Math.max(1, (comment.end_line ?? comment.line) - comment.line + 1);
  const wanted = (comment.code_snippet ?? "").split("\n").map(compared);
  if ((comment.code_snippet ?? "").length >= MAX_SNIPPET_CHARS && wanted.length > 1) {
    wanted.pop(); // it may have been cut
  }
  const heads = wanted.slice(0, height);
  if (heads.every((line) => line === "")) {
    return undefined;
  }
  const texts = lines.map(compared);
  const found: number[] = [];
  for (let row = 0; row + heads.length <= texts.length; row += 1) {
    if (heads.every((line, offset) => texts[row + offset] === line)) {
      found.push(row);
    }
  }
  const row = found.length > 1 ? best(found, texts, comment, height) : found[0];
  if (row === undefined) {
    return undefined;
  }
  return { first: row, last: Math.min(row + height, lines.length) - 1 };
}

/** The one place of several whose neighbours fit best; undefined if two fit as well. */
function best(
  found: readonly number[],
  texts: readonly string[],
  comment: TextAnchor,
  height: number,
): number | undefined {
  const before = (comment.context_before ?? []).map(compared).reverse();
  const after = (comment.context_after ?? []).map(compared);
  const scores = found.map((row) => {
    const above = before.filter((line, offset) => texts[row - 1 - offset] === line).length;
    return above + after.filter((line, offset) => texts[row + height + offset] === line).length;
  });
  const most = Math.max(...scores);
  const winners = found.filter((_, index) => scores[index] === most);
  return winners.length === 1 ? winners[0] : undefined;
}

function compared(line: string): string {
  return storable(line.slice(0, MAX_CONTEXT_LINE_CHARS)).trim();
}

/** The text without what no store can hold. */
function storable(text: string): string {
  return text.replace(
    /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "",
  );
}

function cut(text: string, most: number): string {
  return storable(text.slice(0, most));
}
