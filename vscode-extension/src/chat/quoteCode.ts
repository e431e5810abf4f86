// Code as a message quotes it: its place, and its text between fences. Pure.

/** More of a selection is left out: the place says where the rest is. */
export const MAX_QUOTED_CHARS = 4000;

/** `src/cart.py:20-24` and the code in a block that nothing in it can end. */
export function quoteCode(code: string, language: string, place: string | undefined): string {
  const characters = [...withoutIndent(code.replace(/\r\n?/gu, "\n").replace(/\s+$/u, ""))];
  const isCut = characters.length > MAX_QUOTED_CHARS;
  const shown = isCut
    ? `${characters.slice(0, MAX_QUOTED_CHARS).join("")}\n…`
    : characters.join("");
  const longest = Math.max(2, ...[...shown.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const block = shown.trim() === "" ? [] : [`${fence}${language}\n${shown}\n${fence}`];
  return [...(place === undefined ? [] : [`\`${place}\``]), ...block, ""].join("\n");
}

/** Remove the indentation common to all lines: it is of no use in a message. */
function withoutIndent(code: string): string {
  const lines = code.split("\n");
  // The first line may have been selected from its middle.
  const rest = lines.filter((line) => line.trim() !== "");
  const indents = rest.map((line) => /^[ \t]*/u.exec(line)?.[0] ?? "");
  const common = indents.reduce(
    (shortest, indent) => (indent.startsWith(shortest) ? shortest : prefix(shortest, indent)),
    indents[0] ?? "",
  );
  return lines
    .map((line) => (line.startsWith(common) ? line.slice(common.length) : line))
    .join("\n");
}

function prefix(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) {
    length += 1;
  }
  return one.slice(0, length);
}
