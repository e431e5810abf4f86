// Text of others, made safe to show. Pure.

/** Invisible, an odd space, or what an invisible character is a part of (text.py says which). */
const PIECES =
  /([\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{DI}\u2800\u{1d159}])|((?! )\p{Zs})|\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}|\p{ExtPict}[\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]?(?:\u200d\p{ExtPict}[\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]?)*|[#*0-9]\ufe0f\u20e3|[\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3fffd}][\u{e0100}-\u{e01ef}]/gu;
const HALF_CHARACTER = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * The text with every control, bidi and other invisible character written as <U+XXXX>; with
 * `allSpaces` each space but U+0020 too, for text that somebody is asked to allow.
 */
export function revealControls(text: string, keep = "\n\t", allSpaces = false): string {
  return text.replace(PIECES, (piece, unseen?: string, space?: string) => {
    const isShown = unseen === undefined ? space === undefined || !allSpaces : keep.includes(piece);
    return isShown ? piece : `<U+${code(piece)}>`;
  });
}

/** Whether a text holds no half of a character (a lone surrogate). */
export function isWellFormed(text: string): boolean {
  return !HALF_CHARACTER.test(text);
}

function code(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
