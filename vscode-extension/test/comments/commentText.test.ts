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
});
