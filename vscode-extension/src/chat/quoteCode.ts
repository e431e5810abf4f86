// Code as a message quotes it: its place, and its text between fences. Pure.
// The bridge makes the same block for prompts: lsp_bridge/peerline_bridge/texts/quotes.py.
import { MAX_QUOTED_CHARS } from "@peerline/ui/generated/limits";

/** `src/cart.py:20-24` and the code in a block that nothing in it can end. */
export function quoteCode(code: string, language: string, place: string | undefined): string {
  const block = codeBlock(code, language);
  const parts = [
    ...(place === undefined ? [] : [`\`${place}\``]),
    ...(block === "" ? [] : [block]),
  ];
  return [...parts, ""].join("\n");
}

/** Code between fences, without the indentation of all its lines; what is too long is cut. */
export function codeBlock(code: string, language: string): string {
  const characters = [...withoutIndent(code.replace(/\r\n?/gu, "\n").replace(/[ \t\n]+$/u, ""))];
  if (characters.length === 0) {
    return "";
  }
  const isCut = characters.length > MAX_QUOTED_CHARS;
  const begin = characters.slice(0, MAX_QUOTED_CHARS).join("");
  const shown = isCut ? `${begin}\n…` : begin;
  const longest = Math.max(2, ...[...shown.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}`;
}

/** Remove the indentation common to all lines: it is of no use in a message. */
function withoutIndent(code: string): string {
  const lines = code.split("\n").map((line) => (/^[ \t]*$/u.test(line) ? "" : line));
  const indents = lines
    .filter((line) => line !== "")
    .map((line) => /^[ \t]*/u.exec(line)?.[0] ?? "");
  const common = indents.reduce(prefix, indents[0] ?? "");
  return lines.map((line) => line.slice(common.length)).join("\n");
}

function prefix(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) {
    length += 1;
  }
  return one.slice(0, length);
}
