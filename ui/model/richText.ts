// The parts of a message: paragraphs, lists, quotes and code, links, mentions. Never HTML. Pure.
import { emphasised } from "./emphasis";
import { fencedBlocks } from "./fences";
import type { Inline } from "./inline";
import { beginsMention, longestName } from "./mentions";
import { type CodePlace, findReferences } from "./references";

/** A part of a message. */
export type Block =
  | { kind: "paragraph"; parts: Inline[] }
  | { kind: "quote"; parts: Inline[] }
  | { kind: "list"; isOrdered: boolean; start: number; items: Inline[][] }
  | { kind: "code-block"; text: string; language: string };

/** The people who may be mentioned, by name. */
export interface Mentionable {
  username: string;
  isMe: boolean;
}

/** Any URL: nobody is mentioned in one, and those of the web are links. */
const URL_START =
  /(?<![A-Za-z0-9_])(?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:)[^\s<>"'`\p{Cc}\p{Cf}]+/giu;

/** The blocks of a message: text and fenced code, as far as the end if it is not closed. */
export function parseMessage(content: string, people: readonly Mentionable[] = []): Block[] {
  const blocks: Block[] = [];
  const lines = content.split("\n");
  const addText = (from: number, to: number): void => {
    blocks.push(...textBlocks(lines.slice(from, to), people));
  };
  let row = 0;
  for (const { first, last, info, lines: code } of fencedBlocks(lines)) {
    addText(row, first);
    blocks.push({ kind: "code-block", text: code.join("\n"), language: info.slice(0, 32) });
    row = last + 1;
  }
  addText(row, lines.length);
  return blocks;
}

const QUOTED = /^>(?: |$)/u;
const ITEM = /^(?:[-*+]|(\d{1,4})[.)]) (?=\S)/u;

/** Paragraphs, quotes and lists of lines that have no fences. */
function textBlocks(lines: readonly string[], people: readonly Mentionable[]): Block[] {
  const blocks: Block[] = [];
  const inline = (text: string): Inline[] => emphasised(parseInline(text, people));
  let row = 0;
  while (row < lines.length) {
    const kind = kindOf(lines[row] ?? "");
    let next = row + 1;
    while (next < lines.length && kindOf(lines[next] ?? "") === kind) {
      next += 1;
    }
    const run = lines.slice(row, next);
    row = next;
    if (kind === "quote") {
      const text = run.map((line) => line.replace(QUOTED, "")).join("\n");
      blocks.push({ kind, parts: inline(text) });
    } else if (kind === "text") {
      const text = run.join("\n").replace(/^\n+|\s+$/gu, "");
      if (text !== "") {
        blocks.push({ kind: "paragraph", parts: inline(text) });
      }
    } else {
      const start = Number(ITEM.exec(run[0] ?? "")?.[1] ?? 1);
      const items = run.map((line) => inline(line.replace(ITEM, "")));
      blocks.push({ kind: "list", isOrdered: kind === "ordered", start, items });
    }
  }
  return blocks;
}

function kindOf(line: string): "quote" | "ordered" | "bullets" | "text" {
  if (QUOTED.test(line)) {
    return "quote";
  }
  const item = ITEM.exec(line);
  return item === null ? "text" : item[1] === undefined ? "bullets" : "ordered";
}

/** The parts of a text without blocks and emphasis. */
export function parseInline(text: string, people: readonly Mentionable[] = []): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const { start, end, code } of codeSpans(text)) {
    parts.push(...parseLinks(text.slice(from, start), people));
    const [reference] = findReferences(code);
    const isPlace = reference !== undefined && reference.end - reference.start === code.length;
    parts.push({ kind: "code", text: code, ...(isPlace ? { place: placeOf(reference) } : {}) });
    from = end;
  }
  parts.push(...parseLinks(text.slice(from), people));
  return parts;
}

/** Code between backticks of equal number in one line (CommonMark, section 6.1), in linear time. */
function codeSpans(text: string): { start: number; end: number; code: string }[] {
  const spans: { start: number; end: number; code: string }[] = [];
  const opened = new Map<number, number>();
  for (const match of text.matchAll(/`+|\n/gu)) {
    const length = match[0].length;
    if (match[0] === "\n") {
      opened.clear();
      continue;
    }
    const start = opened.get(length);
    const code = start === undefined ? "" : text.slice(start + length, match.index);
    if (start === undefined || code.trim() === "") {
      opened.set(length, match.index);
    } else {
      spans.push({ start, end: match.index + length, code });
      opened.clear();
    }
  }
  return spans;
}

function parseLinks(text: string, people: readonly Mentionable[]): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(URL_START)) {
    const found = withoutTrailing(match[0]);
    const url = asWebLink(found);
    parts.push(...parsePlaces(text.slice(from, match.index), people));
    if (url === undefined) {
      parts.push(...parsePlaces(match[0], []));
      from = match.index + match[0].length;
    } else {
      parts.push({ kind: "link", text: found, url });
      from = match.index + found.length;
    }
  }
  parts.push(...parsePlaces(text.slice(from), people));
  return parts;
}

/** The address of a link that may be opened: http and https only, without a user's name in it. */
export function asWebLink(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  // http://github.com@evil.example reads like another address than the one that it opens.
  return isWeb && url.username === "" && url.password === "" && url.hostname !== ""
    ? url.href
    : undefined;
}

/** A sentence's punctuation behind a link is no part of it; a bracket that was opened in it is. */
function withoutTrailing(link: string): string {
  let result = link;
  for (;;) {
    const last = result.at(-1) ?? "";
    const isUnopened =
      (last === ")" && count(result, "(") < count(result, ")")) ||
      (last === "]" && count(result, "[") < count(result, "]"));
    if (!/[.,;:!?*_~]/u.test(last) && !isUnopened) {
      return result;
    }
    result = result.slice(0, -1);
  }
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

function parsePlaces(text: string, people: readonly Mentionable[]): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const reference of findReferences(text)) {
    parts.push(...parseMentions(text.slice(from, reference.start), people));
    const { start, end } = reference;
    parts.push({ kind: "place", text: text.slice(start, end), place: placeOf(reference) });
    from = end;
  }
  parts.push(...parseMentions(text.slice(from), people));
  return parts;
}

function placeOf({ file, line, column, endLine }: CodePlace): CodePlace {
  return {
    file,
    line,
    ...(column === undefined ? {} : { column }),
    ...(endLine === undefined ? {} : { endLine }),
  };
}

function parseMentions(text: string, people: readonly Mentionable[]): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const at of text.matchAll(/@/gu)) {
    const name =
      at.index < from || !beginsMention(text, at.index)
        ? undefined
        : longestName(text, at.index + 1, people);
    if (name === undefined) {
      continue;
    }
    addText(parts, text.slice(from, at.index));
    parts.push({ kind: "mention", text: text.slice(at.index, name.end), isMe: name.person.isMe });
    from = name.end;
  }
  addText(parts, text.slice(from));
  return parts;
}

function addText(parts: Inline[], text: string): void {
  if (text !== "") {
    parts.push({ kind: "text", text });
  }
}
