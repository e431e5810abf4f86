// A comment's text as Markdown in which only code is code and names are mentions. Pure.
import { longestName } from "@peerline/ui/model/mentions";
import { parseInline } from "@peerline/ui/model/richText";
import { blocksOf, longestRun } from "./commentBlocks";

/** Characters that Markdown or HTML reads as more than themselves. */
const SPECIAL = /[\\`*_{}[\]()#+\-.!|<>~$&:/@]/g;

/** A person who may be mentioned. */
export interface Mentionable {
  readonly username: string;
  readonly color: number;
  readonly isMe: boolean;
}

/** The surroundings of a comment's text. */
export interface TextContext {
  readonly people: readonly Mentionable[];
  /** The commented lines, which a suggestion would replace. */
  readonly snippet: readonly string[];
  readonly suggestions: readonly Suggestion[];
}

/** Lines for the commented ones, and the lines of the text that they are written in. */
export interface Suggestion {
  readonly lines: readonly string[];
  readonly first: number;
  readonly last: number;
}

const NOTHING: TextContext = { people: [], snippet: [], suggestions: [] };

/**
 * Text that is shown as it is, except for `code`, fenced blocks, mentions and suggestions.
 *
 * The only HTML is the mark around a mention, in which the text is escaped like everywhere.
 */
export function toMarkdown(text: string, context: TextContext = NOTHING): string {
  const lines = text.split("\n");
  const parts: string[] = [];
  let row = 0;
  for (const suggestion of context.suggestions) {
    parts.push(...blocks(lines.slice(row, suggestion.first), context.people));
    parts.push(diff(context.snippet, suggestion.lines));
    row = suggestion.last + 1;
  }
  parts.push(...blocks(lines.slice(row), context.people));
  return parts.join("\n");
}

function blocks(lines: readonly string[], people: readonly Mentionable[]): string[] {
  return lines.length === 0
    ? []
    : blocksOf(lines.join("\n")).map((block) =>
        block.kind === "text"
          ? inline(block.text, people)
          : fenced(block.lines.join("\n"), block.language),
      );
}

function diff(before: readonly string[], after: readonly string[]): string {
  const lines = [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
  return `\n**Suggested change**\n${fenced(lines.join("\n"), "diff")}`;
}

function fenced(text: string, language: string): string {
  // Longer than any run of backticks in it, so that nothing in it can end the block.
  const marks = "`".repeat(longestRun(text, 2) + 1);
  return `\n${marks}${language}\n${text}\n${marks}\n`;
}

function inline(text: string, people: readonly Mentionable[]): string {
  return parseInline(withFirmIndents(text), people)
    .map((part) => {
      switch (part.kind) {
        case "code":
          return codeSpan(part.text);
        case "mention":
          return mention(part.text, part.isMe, people);
        default:
          return verbatim(part.text);
      }
    })
    .join("");
}

/** Code between more backticks than it has in a row, and spaces where it begins or ends with one. */
function codeSpan(text: string): string {
  const marks = "`".repeat(longestRun(text, 0) + 1);
  const space = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${marks}${space}${text}${space}${marks}`;
}

/** A name in its owner's color; on a ground of this color if it is the user's own. */
function mention(text: string, isMe: boolean, people: readonly Mentionable[]): string {
  const person = longestName(text, 1, people)?.person;
  const number = (person?.color ?? 0) + 1;
  const style = isMe
    ? `background-color:var(--vscode-peerline-selection${number});`
    : `color:var(--vscode-peerline-participant${number});`;
  return `<span style="${style}">**${verbatim(text)}**</span>`;
}

/** Indented lines do not become code: no-break spaces indent nothing in Markdown. */
function withFirmIndents(text: string): string {
  return text.replace(/^[ \t]+/gm, (spaces) => "\u00a0".repeat(spaces.length));
}

function verbatim(text: string): string {
  // Two spaces at its end keep a line's break.
  return text.replace(SPECIAL, "\\$&").replace(/\n/g, "  \n");
}
