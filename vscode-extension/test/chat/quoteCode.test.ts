import { MAX_QUOTED_CHARS } from "@peerline/ui/generated/limits";
import { parseMessage } from "@peerline/ui/model/richText";
import { describe, expect, it } from "vitest";
import { quoteCode } from "../../src/chat/quoteCode";

describe("quoteCode", () => {
  it("is the place, and the code between fences", () => {
    const text = quoteCode("    a = 1\n\n      b = 2\n", "python", "src/a.py:3-5");
    expect(text).toBe("`src/a.py:3-5`\n```python\na = 1\n\n  b = 2\n```\n");
    expect(parseMessage(text)).toEqual([
      {
        kind: "paragraph",
        parts: [
          { kind: "code", text: "src/a.py:3-5", place: { file: "src/a.py", line: 3, endLine: 5 } },
        ],
      },
      { kind: "code-block", text: "a = 1\n\n  b = 2", language: "python" },
    ]);
  });

  it("keeps code together that has fences in it", () => {
    const code = "```\nx\n````";
    expect(parseMessage(quoteCode(code, "markdown", undefined))).toEqual([
      { kind: "code-block", text: code, language: "markdown" },
    ]);
  });

  it("is the place alone where there is no code", () => {
    expect(quoteCode("  ", "python", "a.py:1")).toBe("`a.py:1`\n");
  });

  it("takes so much of a long selection, and not more", () => {
    const whole = "x".repeat(MAX_QUOTED_CHARS);
    expect(quoteCode(whole, "", undefined)).toBe(`\`\`\`\n${whole}\n\`\`\`\n`);
    expect(quoteCode(`${whole}y`, "", undefined)).toBe(`\`\`\`\n${whole}\n…\n\`\`\`\n`);
  });

  it("understands the line ends of every system, and does not mix indents", () => {
    expect(quoteCode("\ta\r\n\t\tb\rc", "", undefined)).toBe("```\n\ta\n\t\tb\nc\n```\n");
  });
});
