import { describe, expect, it } from "vitest";
import {
  beforeLinks,
  count,
  initial,
  oneLine,
  withoutIcons,
  withoutLinks,
} from "../../src/shared/names";

describe("names", () => {
  it("are one line without control characters, and not too long", () => {
    expect(oneLine("a\u001b[31m\nb")).toBe("a [31m b");
    expect(oneLine("x".repeat(40))).toHaveLength(40);
    expect(oneLine("x".repeat(41))).toBe(`${"x".repeat(39)}…`);
  });

  it("do not become icons", () => {
    expect(withoutIcons("$(alert) me")).toBe("\\$(alert) me");
  });

  it("have an initial as people see it", () => {
    expect(initial("élan")).toBe("É");
    expect(initial("👩‍💻 dev")).toBe("👩‍💻");
    expect(initial("  ")).toBe("?");
  });

  it("are counted", () => {
    expect(count(1, "person", "people")).toBe("1 person");
    expect(count(0, "person", "people")).toBe("0 people");
  });
});

it("make no links in notifications", () => {
  const text = "[click](command:workbench.action.quit)";
  expect(withoutLinks(text)).toBe("[click]\u200b(command:workbench.action.quit)");
});

it.each(["x [Decline", "[a] and [b", "[[", "[Admit](command:x) [y"])(
  "in front of links of ours, %s begins none of them",
  (name) => {
    // As VS Code finds links in notifications.
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)/gi;
    const message = `${beforeLinks(name)} wants to join. [Admit](command:ours) [Decline](command:no)`;
    expect([...message.matchAll(link)].map(([, label]) => label)).toEqual(["Admit", "Decline"]);
  },
);
