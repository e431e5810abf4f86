import { describe, expect, it } from "vitest";
import { asWebLink, parseInline, parseMessage } from "../../model/richText";

const people = [
  { username: "alice", isMe: true },
  { username: "Al", isMe: false },
  { username: "Bob Ross", isMe: false },
];

describe("parseMessage", () => {
  it("takes code between fences as it is, and what is around as paragraphs", () => {
    const text = "before\n```python\nx = `1`\n\n<b>\n```\nafter";
    expect(parseMessage(text)).toEqual([
      { kind: "paragraph", parts: [{ kind: "text", text: "before" }] },
      { kind: "code-block", text: "x = `1`\n\n<b>", language: "python" },
      { kind: "paragraph", parts: [{ kind: "text", text: "after" }] },
    ]);
  });

  it("lets a fence without an end go as far as the text, and one of four hold one of three", () => {
    expect(parseMessage("```\na")).toEqual([{ kind: "code-block", text: "a", language: "" }]);
    expect(parseMessage("````\n```\n````")).toEqual([
      { kind: "code-block", text: "```", language: "" },
    ]);
    expect(parseMessage("```\n```")).toEqual([{ kind: "code-block", text: "", language: "" }]);
  });

  it("loses nothing of a text", () => {
    const texts = ["", " a ", "`", "``", "a `b` c", "@@@", "http://", "a\n\nb", "<script>`"];
    for (const text of texts) {
      const shown = parseMessage(text, people)
        .map((block) =>
          block.kind === "paragraph" ? block.parts.map((part) => part.text).join("") : block.text,
        )
        .join("\n");
      expect(shown.replace(/\s/g, "")).toBe(text.replace(/\s|`(?=b)|(?<=b)`/g, ""));
    }
  });

  it("is done with a hostile text", () => {
    for (const text of [
      "`".repeat(8000),
      "` `` ".repeat(1600),
      "```\n".repeat(2000),
      "@a".repeat(4000),
    ]) {
      expect(parseMessage(text, people)).toBeDefined();
    }
  });
});

describe("parseInline", () => {
  it("knows code, and a place in code", () => {
    expect(parseInline("a `b` ``c`d`` `x.py:3` `")).toEqual([
      { kind: "text", text: "a " },
      { kind: "code", text: "b" },
      { kind: "text", text: " " },
      { kind: "code", text: "c`d" },
      { kind: "text", text: " " },
      { kind: "code", text: "x.py:3", place: { file: "x.py", line: 3 } },
      { kind: "text", text: " `" },
    ]);
  });

  it("finds links without the sentence around them", () => {
    expect(parseInline("See (https://example.org/a_(b)?q=1), ok?")).toEqual([
      { kind: "text", text: "See (" },
      { kind: "link", text: "https://example.org/a_(b)?q=1", url: "https://example.org/a_(b)?q=1" },
      { kind: "text", text: "), ok?" },
    ]);
  });

  it("finds places and mentions beside each other", () => {
    expect(parseInline("@alice: a.py:1 for @bob ross", people)).toEqual([
      { kind: "mention", text: "@alice", isMe: true },
      { kind: "text", text: ": " },
      { kind: "place", text: "a.py:1", place: { file: "a.py", line: 1 } },
      { kind: "text", text: " for " },
      { kind: "mention", text: "@bob ross", isMe: false },
    ]);
  });

  it("mentions whole names only, and none in a mail address", () => {
    for (const text of ["@alicent", "me@alice", "@@al", "@bob"]) {
      expect(parseInline(text, people)).toEqual([{ kind: "text", text }]);
    }
  });

  it.each([
    "javascript:alert(1)",
    "command:workbench.action.quit",
    "file:///etc/passwd",
    "vscode://peerline/join",
    "data:text/html,<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "https://user:secret@example.org/",
    "http://",
  ])("leaves %j dead", (text) => {
    expect(parseInline(text).filter(({ kind }) => kind !== "text")).toEqual([]);
  });
});

describe("fences", () => {
  it.each(["```", "```\n", "```py\n   \n", "````", "```js"])(
    "without code and end are text and no empty box: %j",
    (content) => {
      const blocks = parseMessage(content);
      expect(blocks.map(({ kind }) => kind)).toEqual(["paragraph"]);
      const [block] = blocks;
      const text = block?.kind === "paragraph" ? block.parts.map((part) => part.text).join("") : "";
      expect(text).toBe(content.trimEnd());
    },
  );

  it("without an end are code as far as the message goes", () => {
    expect(parseMessage("see\n```py\nx = 1")).toEqual([
      { kind: "paragraph", parts: [{ kind: "text", text: "see" }] },
      { kind: "code-block", text: "x = 1", language: "py" },
    ]);
  });

  it("that open nothing at the end lose nothing before it", () => {
    expect(parseMessage("a\n```\nc\n```\nb\n```")).toEqual([
      { kind: "paragraph", parts: [{ kind: "text", text: "a" }] },
      { kind: "code-block", text: "c", language: "" },
      { kind: "paragraph", parts: [{ kind: "text", text: "b\n```" }] },
    ]);
  });
});

describe("asWebLink", () => {
  it("lets http and https through, normalised", () => {
    expect(asWebLink("HTTPS://Example.org/A")).toBe("https://example.org/A");
    expect(asWebLink("java\nscript:alert(1)")).toBeUndefined();
    expect(asWebLink("")).toBeUndefined();
  });
});
