import { describe, expect, it } from "vitest";
import { toMarkdown } from "../../src/comments/commentText";

describe("toMarkdown", () => {
  it("keeps code, and shows the rest as it was typed", () => {
    expect(toMarkdown("use `a*b` **now**")).toBe("use `a*b` \\*\\*now\\*\\*");
  });

  it.each([
    ["<img src=x onerror=alert(1)>", "<"],
    ["[x](command:workbench.action.quit)", "["],
    ["![x](http://evil.test/x.png)", "!"],
    ["&lt;b&gt;", "&"],
    ["# heading", "#"],
    ["$(alert)", "$"],
  ])("reads nothing into %s", (text, sign) => {
    expect(toMarkdown(text)).toContain(`\\${sign}`);
    expect(toMarkdown(text).replace(/\\./g, "")).not.toMatch(/[<>[\]()!&#$]/);
  });

  it("cannot be left from a fenced block", () => {
    const text = "```ts\nconst a = `````;\n[x](command:y)\n```\n<b>";
    const markdown = toMarkdown(text);
    expect(markdown).toContain("``````ts\nconst a = `````;\n[x](command:y)\n``````");
    expect(markdown.endsWith("\\<b\\>")).toBe(true);
  });

  it("keeps line breaks and indentation without making code of it", () => {
    expect(toMarkdown("a\n    b")).toBe("a  \n\u00a0\u00a0\u00a0\u00a0b");
  });

  const people = [
    { username: "Bob", color: 2, isMe: true },
    { username: "Ann <b>", color: 4, isMe: false },
  ];
  const context = { people, snippet: [], suggestions: [] };

  it("marks the names of participants, and escapes them", () => {
    expect(toMarkdown("@bob and @Ann <b>, not @bobby or a@bob", context)).toBe(
      '<span style="background-color:var(--vscode-peerline-selection3);">**\\@bob**</span> and ' +
        '<span style="color:var(--vscode-peerline-participant5);">**\\@Ann \\<b\\>**</span>, ' +
        "not \\@bobby or a\\@bob",
    );
  });

  it("marks no name in code", () => {
    expect(toMarkdown("`@bob`\n```\n@bob\n```", context)).not.toContain("<span");
  });

  it("shows a suggestion as a change of the commented lines, and the rest as text", () => {
    const text = "Shorter:\n```suggestion\nb\n```\n**done**";
    const suggestions = [{ lines: ["b", "```"], first: 1, last: 3 }];
    expect(toMarkdown(text, { people, snippet: ["a"], suggestions })).toBe(
      "Shorter\\:\n\n**Suggested change**\n\n````diff\n-a\n+b\n+```\n````\n\n\\*\\*done\\*\\*",
    );
  });

  it("draws no empty box for a fence that is not closed", () => {
    expect(toMarkdown("a\n```\nb")).toBe("a  \n\\`\\`\\`  \nb");
  });
});
