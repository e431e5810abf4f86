import { describe, expect, it } from "vitest";
import { type MarkdownCommand, markdownCommand, markdownEdit } from "../../model/markdown";

/** A text with its selection between square brackets, or `|` for a caret. */
function after(command: MarkdownCommand, marked: string): string {
  const start = marked.search(/[⟦|]/u);
  const bare = marked.replace(/[⟦|]/u, "");
  const close = bare.indexOf("⟧");
  const text = bare.replace("⟧", "");
  const { from, to, insert, ...selection } = markdownEdit(command, {
    text,
    start,
    end: close === -1 ? start : close,
  });
  const changed = text.slice(0, from) + insert + text.slice(to);
  return selection.start === selection.end
    ? `${changed.slice(0, selection.start)}|${changed.slice(selection.start)}`
    : `${changed.slice(0, selection.start)}⟦${changed.slice(selection.start, selection.end)}⟧${changed.slice(selection.end)}`;
}

describe("a command of the toolbar", () => {
  it.each<[MarkdownCommand, string, string]>([
    ["bold", "a ⟦b⟧ c", "a **⟦b⟧** c"],
    ["bold", "a **⟦b⟧** c", "a ⟦b⟧ c"],
    ["bold", "a ⟦**b**⟧ c", "a ⟦b⟧ c"],
    ["bold", "a⟦ b ⟧c", "a **⟦b⟧** c"],
    ["bold", "|", "**|**"],
    ["italic", "⟦b⟧", "_⟦b⟧_"],
    ["code", "⟦x = 1⟧", "`⟦x = 1⟧`"],
    ["code", "a ⟦b\nc⟧ d", "a \n```\n⟦b\nc⟧\n```\n d"],
    ["code", "⟦```\nc⟧", "````\n⟦```\nc⟧\n````"],
    ["list", "a\nb|\nc", "a\n- b|\nc"],
    ["list", "⟦a\nb⟧", "⟦- a\n- b⟧"],
    ["list", "⟦- a\n- b⟧", "⟦a\nb⟧"],
    ["quote", "⟦a\n⟧b", "⟦> a⟧\nb"],
    ["quote", "|", "> |"],
    ["link", "see ⟦docs⟧", "see [docs](⟦https://⟧)"],
    ["link", "⟦https://example.org⟧", "[⟦text⟧](https://example.org)"],
    ["link", "|", "[⟦text⟧](https://)"],
  ])("%s makes of %j %j", (command, before, expected) => {
    expect(after(command, before)).toBe(expected);
  });

  it.each(["list", "quote"] as const)("%s twice is not at all", (command) => {
    for (const text of ["", "a", "a\nb", "\n", "a\n\nb\n", "é🎈\nc"]) {
      for (let start = 0; start <= text.length; start += 1) {
        for (let end = start; end <= text.length; end += 1) {
          const edit = markdownEdit(command, { text, start, end });
          const changed = text.slice(0, edit.from) + edit.insert + text.slice(edit.to);
          const back = markdownEdit(command, { text: changed, start: edit.start, end: edit.end });
          expect(changed.slice(0, back.from) + back.insert + changed.slice(back.to)).toBe(text);
        }
      }
    }
  });
});

describe("the keys", () => {
  const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
  it.each([
    ["b", { ctrlKey: true }, "bold"],
    ["B", { metaKey: true }, "bold"],
    ["i", { ctrlKey: true }, "italic"],
    ["e", { ctrlKey: true }, "code"],
    ["k", { ctrlKey: true }, "link"],
    ["*", { ctrlKey: true, shiftKey: true }, "list"],
    [">", { ctrlKey: true, shiftKey: true }, "quote"],
    ["b", {}, undefined],
    ["b", { ctrlKey: true, altKey: true }, undefined],
    ["b", { ctrlKey: true, shiftKey: true }, undefined],
    ["z", { ctrlKey: true }, undefined],
  ])("%s with %j is %s", (key, held, expected) => {
    expect(markdownCommand({ ...none, key, ...held })).toBe(expected);
  });
});
