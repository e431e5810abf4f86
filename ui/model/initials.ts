// Initials that tell people apart: "user1" and "user2" are not both "U". Pure.
import { graphemes, initials } from "./format";

/** The initials of each name. Two names have the same only if they look the same. */
export function distinctInitials(names: Iterable<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const taken = new Set<string>();
  // In the order of the alphabet, so that it does not matter who came first.
  let open = [...new Set(names)].sort().map((name) => ({ name, choices: choicesOf(name) }));
  for (let round = 0; open.length > 0; round += 1) {
    const wanted = new Map<string, number>();
    for (const { choices } of open) {
      const choice = choices[round] ?? "";
      wanted.set(choice, (wanted.get(choice) ?? 0) + 1);
    }
    const isLast = open.every(({ choices }) => choices.length <= round);
    open = open.filter(({ name, choices }) => {
      const choice = isLast ? numbered(name, taken) : (choices[round] ?? "");
      const isFree = choice !== "" && !taken.has(choice) && (isLast || wanted.get(choice) === 1);
      if (isFree) {
        taken.add(choice);
        found.set(name, choice);
      }
      return !isFree;
    });
  }
  return found;
}

/** The best first: the usual initials, with the number at the end, with another letter. */
function choicesOf(name: string): string[] {
  const usual = initials(name);
  const [first = "?"] = graphemes(usual);
  const [number = ""] = /\d{1,2}$/u.exec(name) ?? [];
  const letters = graphemes(name)
    .slice(1)
    .filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  const choices = [
    usual,
    ...(number === "" ? [] : [first + number]),
    ...letters.map((letter) => first + letter.toLocaleLowerCase()),
  ];
  return [...new Set(choices)];
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  const [first = "?"] = graphemes(initials(name));
  let number = 1;
  while (taken.has(`${first}${number}`)) {
    number += 1;
  }
  return `${first}${number}`;
}
