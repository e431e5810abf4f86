// Text of others, made safe to show. Pure.

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const SYMBOL = /[\p{So}\p{Sk}\p{Sm}]/u;
const JOINER = "\u200d";
const SELECTORS = "\ufe0e\ufe0f";
const HALF_CHARACTER = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
/** The flags of England, Scotland and Wales: a black flag and tags, all of one picture (UTS 51). */
const FLAGS = new RegExp(
  `\u{1f3f4}(?:${["gbeng", "gbsct", "gbwls"].map(tags).join("|")})\u{e007f}`,
  "gu",
);

/** The text with every control, bidi and other invisible character written as <U+XXXX>. */
export function revealControls(text: string, keep = "\n\t"): string {
  const characters = [...text];
  const kept = placesOfFlags(text);
  return characters
    .map((character, index) => {
      const isShown =
        !INVISIBLE.test(character) ||
        keep.includes(character) ||
        kept.has(index) ||
        joinsEmoji(characters, index);
      return isShown ? character : `<U+${code(character)}>`;
    })
    .join("");
}

/** Whether a text holds no half of a character (a lone surrogate). */
export function isWellFormed(text: string): boolean {
  return !HALF_CHARACTER.test(text);
}

function code(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

function placesOfFlags(text: string): ReadonlySet<number> {
  const places = new Set<number>();
  for (const found of text.matchAll(FLAGS)) {
    const start = [...text.slice(0, found.index)].length;
    for (let place = start + 1; place < start + [...found[0]].length; place += 1) {
      places.add(place);
    }
  }
  return places;
}

function joinsEmoji(characters: readonly string[], index: number): boolean {
  if (characters[index] !== JOINER) {
    return false;
  }
  const behindSelector = SELECTORS.includes(characters[index - 1] ?? "-") && index > 1;
  const before = characters[index - (behindSelector ? 2 : 1)];
  const after = characters[index + 1];
  return before !== undefined && after !== undefined && SYMBOL.test(before) && SYMBOL.test(after);
}

function tags(region: string): string {
  return [...region].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");
}
