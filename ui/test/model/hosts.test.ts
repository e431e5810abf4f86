import { describe, expect, it } from "vitest";
import type { EditorParticipant } from "../../generated/protocol";
import { askHosts } from "../../model/hosts";

type Person = Pick<EditorParticipant, "username" | "role" | "agent">;

const host = (username: string): Person => ({ username, role: "host" });

describe("askHosts", () => {
  it.each<[Person[], string]>([
    [[], "ask a host for a link"],
    [[{ username: "bob", role: "editor" }], "ask a host for a link"],
    [[{ username: "bob", role: "editor" }, host("ann")], "ask ann, the host, for a link"],
    [[host("ann"), host("bob")], "ask ann or bob, the hosts, for a link"],
    [[host("ann"), host("bob"), host("cy")], "ask a host, such as ann, for a link"],
    [[host("a\u202eb")], "ask a<U+202E>b, the host, for a link"],
    [
      [{ ...host("bot"), agent: { owner: "ann", product: "claude-code" } }],
      "ask a host for a link",
    ],
  ])("of %j", (people, text) => {
    expect(askHosts(people, "for a link")).toBe(text);
  });
});
