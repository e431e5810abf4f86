// Times, numbers, names and places as people read them. Pure: the moment is an argument.

/** The first letters of a name, at most two, as in an avatar. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.map((word) => graphemes(word.replace(/^[^\p{L}\p{N}]+/u, ""))[0] ?? "");
  const chosen = letters.length > 1 ? [letters[0], letters.at(-1)] : letters;
  return chosen.join("").toLocaleUpperCase() || (graphemes(name)[0] ?? "?");
}

const segmenter = new Intl.Segmenter();

/** The characters as a person counts them. */
export function graphemes(text: string): string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** How many code points a text has, as the server counts. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) {
    count += 1;
  }
  return count;
}

/** The local calendar day of a moment: 2026-01-31. Empty if it is no moment. */
export function dayOf(moment: string | number): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) {
    return "";
  }
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Today, yesterday, or the date. */
export function dayLabel(moment: string, now: number, locale?: string): string {
  const day = dayOf(moment);
  if (day === "") {
    return "";
  }
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (day === dayOf(now)) {
    return "Today";
  }
  if (day === dayOf(yesterday.getTime())) {
    return "Yesterday";
  }
  const isThisYear = day.slice(0, 4) === dayOf(now).slice(0, 4);
  return new Date(moment).toLocaleDateString(locale, {
    weekday: "long",
    month: "long",
    day: "numeric",
    ...(isThisYear ? {} : { year: "numeric" }),
  });
}

/** 09:45, as the locale writes it. */
export function timeLabel(moment: string, locale?: string): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime())
    ? ""
    : date.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}

/** The whole date and time, for a tooltip. */
export function momentLabel(moment: string, locale?: string): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime())
    ? ""
    : date.toLocaleString(locale, { dateStyle: "full", timeStyle: "medium" });
}

/** just now, 5 min ago, 3 h ago, 2 d ago. */
export function agoLabel(moment: string, now: number): string {
  const minutes = Math.floor((now - new Date(moment).getTime()) / 60_000);
  if (Number.isNaN(minutes)) {
    return "";
  }
  if (minutes < 1) {
    return "just now";
  }
  if (minutes < 60) {
    return `${minutes} min ago`;
  }
  return minutes < 48 * 60
    ? `${Math.floor(minutes / 60)} h ago`
    : `${Math.floor(minutes / 1440)} d ago`;
}

/** 1,234 as the locale writes it. */
export function numberLabel(value: number, locale?: string): string {
  return value.toLocaleString(locale);
}

/** 950, 15k, 1.2M: short, for a narrow panel. */
export function shortNumber(value: number): string {
  return new Intl.NumberFormat("en", {
    notation: "compact",
    maximumFractionDigits: 1,
  }).format(value);
}

/** alice, alice and bob, alice, bob and 3 more. */
export function nameList(names: readonly string[], most = 2): string {
  if (names.length <= most) {
    return names.length < 2
      ? names.join("")
      : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  }
  return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}

/** The last part of a path. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
