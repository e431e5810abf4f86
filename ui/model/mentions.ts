// Mentions: the names in a text, by the rules of peerline/protocol/mentions.py, and their completion
// while writing. Pure.
import { MAX_USERNAME_CHARS } from "../generated/limits";

/** An unfinished name: where its @ stands, and what is written of it. */
export interface MentionQuery {
  start: number;
  text: string;
}

export const MAX_SUGGESTIONS = 8;

const NAME_AT_END = new RegExp(`@(?<name>[^\\n@]{0,${MAX_USERNAME_CHARS}})$`, "u");
const WORD = /[\p{L}\p{N}\p{M}_]/u;
/** Scripts in which words, or a name and its particle, follow each other without a space. */
const WITHOUT_SPACES =
  /[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\u{20000}-\u{3ffff}]/u;
/** Between two letters these join them to one word, such as ann-bot. */
const JOINERS = "-.@";

/** Whether the @ at a place may begin a mention: it is no part of a word or an address. */
export function beginsMention(text: string, at: number): boolean {
  const before = lastChar(text.slice(Math.max(0, at - 2), at));
  return before !== "@" && (!WORD.test(before) || WITHOUT_SPACES.test(before));
}

/** The person with the longest name that the text has at a place, and where the name ends. */
export function longestName<Person extends { username: string }>(
  text: string,
  start: number,
  people: readonly Person[],
): { person: Person; end: number } | undefined {
  let best: { person: Person; end: number } | undefined;
  for (const person of people) {
    for (const form of ["NFC", "NFD"] as const) {
      const name = person.username.normalize(form);
      const end = start + name.length;
      if (
        name !== "" &&
        end > (best?.end ?? start) &&
        text.slice(start, end).toLowerCase() === name.toLowerCase() &&
        endsWord(text, end)
      ) {
        best = { person, end };
      }
    }
  }
  return best;
}

/** Whether a name that the text has up to a place is not the beginning of a longer word. */
function endsWord(text: string, end: number): boolean {
  const last = lastChar(text.slice(Math.max(0, end - 2), end));
  const [next = "", second = ""] = text.slice(end, end + 4);
  if (next === "" || !WORD.test(last)) {
    return true;
  }
  const isJoined = JOINERS.includes(next);
  const following = isJoined ? second : next;
  if (!WORD.test(following) || WITHOUT_SPACES.test(following)) {
    return true;
  }
  return !isJoined && WITHOUT_SPACES.test(last);
}

function lastChar(text: string): string {
  return [...text].at(-1) ?? "";
}

/** The name that is being written before the caret, if one is. */
export function mentionQuery(text: string, caret: number): MentionQuery | undefined {
  const before = text.slice(0, caret);
  const match = NAME_AT_END.exec(before);
  if (match === null || !beginsMention(before, match.index)) {
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
