// The commands of a toolbar for Markdown: what each changes in a text and its selection. Pure.
import { asWebLink } from "./richText";

export type MarkdownCommand = "bold" | "italic" | "code" | "list" | "quote" | "link";

/** A text with a selection, in UTF-16 code units. */
export interface Selected {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The replacement of a piece of the text, and the selection afterwards. */
export interface MarkdownEdit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly start: number;
  readonly end: number;
}

const MARKS = { bold: "**", italic: "_", code: "`" } as const;
const PREFIXES = { list: "- ", quote: "> " } as const;
const URL = "https://";

/** The edit of a command; a second one takes it back. */
export function markdownEdit(command: MarkdownCommand, selected: Selected): MarkdownEdit {
  switch (command) {
    case "bold":
    case "italic":
      return wrapped(selected, MARKS[command]);
    case "code":
      return selected.text.slice(selected.start, selected.end).includes("\n")
        ? fenced(selected)
        : wrapped(selected, MARKS.code);
    case "list":
    case "quote":
      return prefixed(selected, PREFIXES[command]);
    case "link":
      return linked(selected);
  }
}

/** The command of a key, or nothing. */
export function markdownCommand(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}): MarkdownCommand | undefined {
  if (event.altKey || event.ctrlKey === event.metaKey) {
    return undefined;
  }
  const key = event.key.toLowerCase();
  return event.shiftKey ? SHIFTED[key] : PLAIN[key];
}

const PLAIN: Readonly<Record<string, MarkdownCommand>> = {
  b: "bold",
  i: "italic",
  e: "code",
  k: "link",
};
/** Both the digit and what it is with Shift: keyboards differ. */
const SHIFTED: Readonly<Record<string, MarkdownCommand>> = {
  "8": "list",
  "*": "list",
  "(": "quote",
  "9": "quote",
  ".": "quote",
  ">": "quote",
};

function wrapped({ text, start, end }: Selected, mark: string): MarkdownEdit {
  const inside = text.slice(start, end);
  const size = mark.length;
  const isAround = text.slice(start - size, start) === mark && text.slice(end, end + size) === mark;
  if (start >= size && isAround) {
    const from = start - size;
    return { from, to: end + size, insert: inside, start: from, end: from + inside.length };
  }
  if (inside.length >= 2 * size && inside.startsWith(mark) && inside.endsWith(mark)) {
    const bare = inside.slice(size, -size);
    return { from: start, to: end, insert: bare, start, end: start + bare.length };
  }
  // A mark beside a space is none.
  const first = start + inside.length - inside.trimStart().length;
  const core = inside.trim();
  const from = core === "" ? start : first;
  const body = core === "" ? inside : core;
  const begin = from + size;
  return {
    from,
    to: from + body.length,
    insert: mark + body + mark,
    start: begin,
    end: begin + body.length,
  };
}

function fenced({ text, start, end }: Selected): MarkdownEdit {
  const inside = text.slice(start, end).replace(/\n$/, "");
  const runs = [...inside.matchAll(/`{3,}/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(2, ...runs) + 1);
  const before = start === 0 || text[start - 1] === "\n" ? "" : "\n";
  const behind = end === text.length || text[end] === "\n" ? "" : "\n";
  const begin = start + before.length + fence.length + 1;
  return {
    from: start,
    to: end,
    insert: `${before}${fence}\n${inside}\n${fence}${behind}`,
    start: begin,
    end: begin + inside.length,
  };
}

function prefixed({ text, start, end }: Selected, prefix: string): MarkdownEdit {
  const from = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const last = end > start && text[end - 1] === "\n" ? end - 1 : end;
  const next = text.indexOf("\n", last);
  const to = next === -1 ? text.length : next;
  const lines = text.slice(from, to).split("\n");
  const isOn = lines.every((line) => line.startsWith(prefix));
  const changed = lines.map((line) => (isOn ? line.slice(prefix.length) : prefix + line));
  const insert = changed.join("\n");
  const moved = isOn ? -prefix.length : prefix.length;
  const begin = Math.max(from, start + moved);
  return {
    from,
    to,
    insert,
    start: start === end ? begin : from,
    end: start === end ? begin : from + insert.length,
  };
}

function linked({ text, start, end }: Selected): MarkdownEdit {
  const inside = text.slice(start, end);
  const isAddress = inside.trim() !== "" && asWebLink(inside.trim()) !== undefined;
  const label = isAddress ? "text" : inside || "text";
  const url = isAddress ? inside.trim() : URL;
  const insert = `[${label}](${url})`;
  // The part that is still to be written is selected.
  const place = isAddress || inside === "" ? 1 : label.length + 3;
  const size = isAddress || inside === "" ? label.length : url.length;
  return { from: start, to: end, insert, start: start + place, end: start + place + size };
}
