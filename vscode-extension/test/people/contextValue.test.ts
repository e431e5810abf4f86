import { readFileSync } from "node:fs";
import type { EditorAgent } from "@peerline/ui/generated/protocol";
import { person } from "@peerline/ui/test/make";
import { describe, expect, it } from "vitest";
import { contextValue } from "../../src/people/contextValue";

const { contributes } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

/** The commands in the menu of a row that is this. */
function menuOf(value: string): string[] {
  const rows: { command: string; when: string; group: string }[] =
    contributes.menus["view/item/context"];
  return rows
    .filter(({ when, group }) => {
      const [, pattern = ""] = /viewItem =~ \/(.+?)\/(?: |$)/.exec(when) ?? [];
      return !group.startsWith("inline") && new RegExp(pattern).test(value);
    })
    .map(({ command }) => command.replace("peerline.", ""));
}

function agent(queue: EditorAgent["queue"], followed = false) {
  const shown: EditorAgent = { owner: "Ann", product: "x", ...(queue == null ? {} : { queue }) };
  return contextValue(person("robo", { agent: shown, is_followed: followed }));
}

const ALWAYS = ["changeRole", "removeParticipant"];

describe("the menu of a participant", () => {
  it("has nothing for oneself, and nothing of agents for a person", () => {
    expect(menuOf(contextValue(person("alice", { is_me: true })))).toEqual([]);
    expect(menuOf(contextValue(person("prompt stop")))).toEqual([
      "goThere",
      "followParticipant",
      ...ALWAYS,
    ]);
    expect(menuOf(contextValue(person("bob", { is_followed: true })))).toEqual([
      "goThere",
      "unfollow",
      ...ALWAYS,
    ]);
  });

  it("offers to prompt and to stop an agent where one may", () => {
    expect(menuOf(agent(undefined))).not.toContain("promptAgent");
    expect(menuOf(agent({ may_prompt: true }))).toEqual([
      "promptAgent",
      "goThere",
      "followParticipant",
      ...ALWAYS,
    ]);
    expect(menuOf(agent({ may_stop: true }))).toEqual(expect.arrayContaining(["stopAgent"]));
    expect(menuOf(agent({ may_prompt: true, may_stop: true }, true))).toEqual([
      "promptAgent",
      "stopAgent",
      "goThere",
      "unfollow",
      ...ALWAYS,
    ]);
  });
});
