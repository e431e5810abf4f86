// Text of others shown as text: characters that nobody sees are written out. Pure.

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
/** The flags of England, Scotland and Wales: a black flag and tags, all of one picture (UTS 51). */
const FLAGS = new RegExp(
  `\u{1f3f4}(?:${["gbeng", "gbsct", "gbwls"]
    .map((region) =>
      [...region]
        .map((char) => String.fromCodePoint(0xe0000 + (char.codePointAt(0) ?? 0)))
        .join(""),
    )
    .join("|")})\u{e007f}`,
  "gu",
);
const SYMBOL = /[\p{So}\p{Sk}\p{Sm}]/u;

/** A piece of text, or the name of a character that would be invisible. */
export type Revealed = { kind: "text"; text: string } | { kind: "control"; text: string };

/** The text in pieces; control, bidi, zero-width and tag characters become `U+XXXX` pieces. */
export function reveal(text: string): Revealed[] {
  const pieces: Revealed[] = [];
  let from = 0;
  const flags = [...text.matchAll(FLAGS)].map(({ index, 0: flag }) => [index, index + flag.length]);
  for (const match of text.matchAll(INVISIBLE)) {
    const [char] = match;
    const isTag = flags.some(([start = 0, end = 0]) => start < match.index && match.index < end);
    if (char === "\n" || char === "\t" || isTag || joinsEmoji(text, match.index)) {
      continue;
    }
    if (match.index > from) {
      pieces.push({ kind: "text", text: text.slice(from, match.index) });
    }
    pieces.push({ kind: "control", text: nameOf(char) });
    from = match.index + char.length;
  }
  if (from < text.length) {
    pieces.push({ kind: "text", text: text.slice(from) });
  }
  return pieces;
}

/** The same as one string, for labels: `<U+XXXX>` in place of each such character. */
export function revealed(text: string): string {
  return reveal(text)
    .map((piece) => (piece.kind === "control" ? `<${piece.text}>` : piece.text))
    .join("");
}

function nameOf(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The joiner inside an emoji sequence is part of one picture. */
function joinsEmoji(text: string, index: number): boolean {
  if (text[index] !== "\u200d" || index === 0) {
    return false;
  }
  const before = [...text.slice(Math.max(0, index - 3), index)].filter((char) => !isSelector(char));
  const after = text.codePointAt(index + 1);
  const last = before.at(-1);
  return (
    last !== undefined &&
    after !== undefined &&
    (SYMBOL.test(last) || isSkinTone(last)) &&
    SYMBOL.test(String.fromCodePoint(after))
  );
}

function isSelector(char: string): boolean {
  return char === "\ufe0e" || char === "\ufe0f";
}

function isSkinTone(char: string): boolean {
  return /[\u{1f3fb}-\u{1f3ff}]/u.test(char);
}
