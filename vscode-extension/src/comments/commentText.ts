// A comment's text as Markdown in which only code is code. Pure.

/** Characters that Markdown or HTML reads as more than themselves. */
const SPECIAL = /[\\`*_{}[\]()#+\-.!|<>~$&:/@]/g;

/** Text that is shown as it is, except for `code` and fenced blocks. */
export function toMarkdown(text: string): string {
  const parts: string[] = [];
  const fence = /^```([A-Za-z0-9+#-]*)[ \t]*\n([\s\S]*?)\n```[ \t]*$/gm;
  let end = 0;
  for (const match of text.matchAll(fence)) {
    parts.push(inline(text.slice(end, match.index)), fenced(match[2] ?? "", match[1] ?? ""));
    end = match.index + match[0].length;
  }
  parts.push(inline(text.slice(end)));
  return parts.join("");
}

function fenced(code: string, language: string): string {
  // Longer than any run of backticks in it, so that nothing in it can end the block.
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = "`".repeat(longest + 1);
  return `\n${marks}${language}\n${code}\n${marks}\n`;
}

function inline(text: string): string {
  return withFirmIndents(text)
    .split(/(`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : verbatim(part)))
    .join("");
}

/** Indented lines do not become code: no-break spaces indent nothing in Markdown. */
function withFirmIndents(text: string): string {
  return text.replace(/^[ \t]+/gm, (spaces) => "\u00a0".repeat(spaces.length));
}

function verbatim(text: string): string {
  // Two spaces at its end keep a line's break.
  return text.replace(SPECIAL, "\\$&").replace(/\n/g, "  \n");
}
