// Completion of @names while writing. Pure.
import { MAX_USERNAME_CHARS } from "../generated/limits";

/** An unfinished name: where its @ stands, and what is written of it. */
export interface MentionQuery {
  start: number;
  text: string;
}

export const MAX_SUGGESTIONS = 8;

const NAME_AT_END = new RegExp(
  `(?<![\\p{L}\\p{N}_@])@(?<name>[^\\n@]{0,${MAX_USERNAME_CHARS}})$`,
  "u",
);

/** The name that is being written before the caret, if one is. */
export function mentionQuery(text: string, caret: number): MentionQuery | undefined {
  const before = text.slice(0, caret);
  const match = NAME_AT_END.exec(before);
  if (match === null) {
    return undefined;
  }
  return { start: match.index, text: match.groups?.name ?? "" };
}

/** The people that fit: names that begin so first, then those with a word that does. */
export function suggest<Person extends { username: string; is_me: boolean }>(
  query: MentionQuery,
  people: readonly Person[],
): Person[] {
  const wanted = query.text.toLowerCase();
  const others = people.filter((person) => !person.is_me);
  const begins = others.filter(({ username }) => username.toLowerCase().startsWith(wanted));
  const contains = others.filter(
    (person) =>
      !begins.includes(person) &&
      person.username
        .toLowerCase()
        .split(/[\s._-]+/u)
        .some((word) => word.startsWith(wanted)),
  );
  return [...begins, ...contains].slice(0, MAX_SUGGESTIONS);
}

/** The text and the caret after a name was chosen. */
export function complete(
  text: string,
  caret: number,
  query: MentionQuery,
  username: string,
): { text: string; caret: number } {
  const after = text.slice(caret);
  const name = `@${username}${after.startsWith(" ") ? "" : " "}`;
  const completed = text.slice(0, query.start) + name + after;
  return { text: completed, caret: query.start + username.length + 2 };
}
