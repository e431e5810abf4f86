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
          block.kind === "paragraph"
            ? block.parts.map((part) => part.text).join("")
            : block.kind === "code-block"
              ? block.text
              : "",
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
      "*".repeat(8000),
      "**a ".repeat(2000),
      "_a_ *b* ".repeat(1000),
      "[a](https://b.c)".repeat(500),
      "> ".repeat(4000),
      "- a\n".repeat(2000),
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

/** The paragraph as the Markdown of HTML-like marks, to be read in a test. */
function marked(content: string): string {
  return parseMessage(content)
    .flatMap((block) => (block.kind === "paragraph" ? block.parts : []))
    .map((part) => {
      const text = part.kind === "code" ? `\`${part.text}\`` : part.text;
      const sloped = part.isEmphasis ? `<i>${text}</i>` : text;
      return part.isStrong ? `<b>${sloped}</b>` : sloped;
    })
    .join("");
}

describe("emphasis", () => {
  it.each([
    ["a **b** c", "a <b>b</b> c"],
    ["*a* _b_", "<i>a</i> <i>b</i>"],
    ["**_a_**", "<b><i>a</i></b>"],
    ["**a _b_ c**", "<b>a </b><b><i>b</i></b><b> c</b>"],
    ["(**a**).", "(<b>a</b>)."],
    ["**use `x` now**", "<b>use </b><b>`x`</b><b> now</b>"],
  ])("is in %j", (content, expected) => {
    expect(marked(content)).toBe(expected);
  });

  it.each([
    "snake_case_name",
    "2*3*4",
    "2 * 3 * 4",
    "**/*.py and **/*.ts",
    "__init__.py",
    "**a",
    "a ** b **",
    "*a\nb*",
    "f(*args, **kwargs)",
    "a = *p; b = *q;",
    "****",
  ])("is not in %j", (content) => {
    expect(marked(content)).toBe(content);
  });
});

describe("links with a text", () => {
  it("say where they go", () => {
    expect(parseMessage("see [docs](https://example.org/a), ok")).toEqual([
      {
        kind: "paragraph",
        parts: [
          { kind: "text", text: "see " },
          { kind: "link", text: "docs", url: "https://example.org/a", host: "example.org" },
          { kind: "text", text: ", ok" },
        ],
      },
    ]);
  });

  it.each(["[x](javascript:alert(1))", "[x](https://a:b@example.org)", "[x] (y)"])(
    "are none in %j",
    (content) => {
      const parts = parseMessage(content).flatMap((b) => (b.kind === "paragraph" ? b.parts : []));
      expect(parts.filter(({ kind }) => kind === "link")).toEqual([]);
      expect(parts.map(({ text }) => text).join("")).toBe(content);
    },
  );
});

describe("lists and quotes", () => {
  it("are blocks of their own", () => {
    expect(parseMessage("see\n- a\n- b\n> q\n> r\n3. x\n4. y\nend")).toEqual([
      { kind: "paragraph", parts: [{ kind: "text", text: "see" }] },
      {
        kind: "list",
        isOrdered: false,
        start: 1,
        items: [[{ kind: "text", text: "a" }], [{ kind: "text", text: "b" }]],
      },
      { kind: "quote", parts: [{ kind: "text", text: "q\nr" }] },
      {
        kind: "list",
        isOrdered: true,
        start: 3,
        items: [[{ kind: "text", text: "x" }], [{ kind: "text", text: "y" }]],
      },
      { kind: "paragraph", parts: [{ kind: "text", text: "end" }] },
    ]);
  });

  it.each(["-1 degree", "- ", "1.5 times", ">>> x = 1", "->", "12345. It was"])(
    "are not in %j",
    (content) => {
      expect(parseMessage(content).map(({ kind }) => kind)).toEqual(["paragraph"]);
    },
  );
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
