// Text of others shown as text: characters that nobody sees are written out. Pure.

/** Invisible, an odd space, or what an invisible character is a part of (as in client-js/src/text.ts). */
const PIECES =
  /([\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{DI}\u2800\u{1d159}])|((?! )\p{Zs})|\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}|\p{ExtPict}[\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]?(?:\u200d\p{ExtPict}[\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]?)*|[#*0-9]\ufe0f\u20e3|[\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3fffd}][\u{e0100}-\u{e01ef}]/gu;

/** A piece of text, or the name of a character that would be invisible. */
export type Revealed = { kind: "text"; text: string } | { kind: "control"; text: string };

/** The text in pieces; control, bidi, zero-width and other unseen characters become `U+XXXX` pieces. */
export function reveal(text: string): Revealed[] {
  const pieces: Revealed[] = [];
  let from = 0;
  for (const match of text.matchAll(PIECES)) {
    const [char, unseen] = match;
    if (unseen === undefined || char === "\n" || char === "\t") {
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
