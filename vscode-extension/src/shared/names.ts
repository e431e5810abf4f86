// Names and texts of others, made fit for where VS Code would read more into them. Pure.

import { nameList } from "@peerline/ui/model/format";

const WIDTH = 40;
/** More names than these are counted. */
const MAX_NAMES = 3;

/** One line, not too long. */
export function oneLine(text: string, width = WIDTH): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
  const characters = [...line];
  return characters.length > width ? `${characters.slice(0, width - 1).join("")}…` : line;
}

/** "ann, bob, cid and 2 more". */
export function shortList(names: readonly string[]): string {
  return nameList(
    names.map((name) => oneLine(name)),
    MAX_NAMES,
  );
}

/** For status bar items and quick picks, which draw `$(name)` as an icon. */
export function withoutIcons(text: string): string {
  return text.replace(/\$\(/g, "\\$(");
}

/** For notifications, which make links and commands of `[text](target)`. */
export function withoutLinks(text: string): string {
  return text.replace(/\]\(/g, "]\u200b(");
}

/** The first letter or sign of a name as a person reads it, for badges and avatars. */
export function initial(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toLocaleUpperCase() ?? "?";
}

/** "1 person", "2 people". */
export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Text for a notification in front of links of ours: a bracket left open would begin the first. */
export function beforeLinks(text: string): string {
  return withoutLinks(text).replace(/\[(?=[^\]]*$)/g, "(");
}
