// The cases that tests/unit holds the server and the terminal to.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../model/richText";

interface Case {
  text: string;
  people: string[];
  mentions: string[];
}

const cases = JSON.parse(
  readFileSync(new URL("../../../tests/cases/mentions.json", import.meta.url), "utf8"),
) as Case[];

describe("mentions", () => {
  it.each(cases)("are drawn in $text", ({ text, people, mentions }) => {
    const drawn = parseMessage(
      text,
      people.map((username) => ({ username, isMe: false })),
    )
      .flatMap((block) => (block.kind === "paragraph" ? block.parts : []))
      .filter((part) => part.kind === "mention")
      .map((part) => part.text.slice(1).normalize("NFC").toLowerCase());
    expect([...new Set(drawn)]).toEqual(mentions.map((name) => name.toLowerCase()));
  });
});
