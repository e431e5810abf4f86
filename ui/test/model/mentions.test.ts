import { describe, expect, it } from "vitest";
import { complete, MAX_SUGGESTIONS, mentionQuery, suggest } from "../../model/mentions";
import { person } from "../make";

const people = [
  person("alice"),
  person("Bob Ross"),
  person("albert", { is_me: true }),
  person("malory"),
  person("pair.al"),
];

function names(text: string): string[] {
  const query = mentionQuery(text, text.length);
  return query === undefined ? [] : suggest(query, people).map(({ username }) => username);
}

describe("completion of names", () => {
  it("begins with an @ that begins a word", () => {
    expect(mentionQuery("hi @al", 6)).toEqual({ start: 3, text: "al" });
    expect(mentionQuery("hi @al", 4)).toEqual({ start: 3, text: "" });
    expect(mentionQuery("(@", 2)).toEqual({ start: 1, text: "" });
    for (const text of ["", "hi", "me@al", "@al\n", "@@"]) {
      expect(mentionQuery(text, text.length), text).toBeUndefined();
    }
  });

  it("offers names that begin so, then words that do, and never oneself", () => {
    expect(names("@al")).toEqual(["alice", "pair.al"]);
    expect(names("@RO")).toEqual(["Bob Ross"]);
    expect(names("@bob r")).toEqual(["Bob Ross"]);
    expect(names("@zz")).toEqual([]);
    expect(names("@")).toHaveLength(4);
  });

  it("offers no more than fit", () => {
    const crowd = Array.from({ length: 20 }, (_, index) => person(`p${index}`));
    expect(suggest({ start: 0, text: "p" }, crowd)).toHaveLength(MAX_SUGGESTIONS);
  });

  it("puts the name in, and the caret behind it", () => {
    const query = { start: 3, text: "al" };
    expect(complete("hi @al", 6, query, "alice")).toEqual({ text: "hi @alice ", caret: 10 });
    expect(complete("hi @al there", 6, query, "alice")).toEqual({
      text: "hi @alice there",
      caret: 10,
    });
  });
});
