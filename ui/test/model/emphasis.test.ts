// Bold, italic and named links: which marks are pairs, and which are only characters.
import { describe, expect, it } from "vitest";
import { emphasised } from "../../model/emphasis";
import type { Inline } from "../../model/inline";

const text = (written: string): Inline => ({ kind: "text", text: written });
const link = (url = "https://h/x"): Inline => ({ kind: "link", text: url, url });

/** The parts as written by tags. */
function shown(...parts: Inline[]): string {
  return emphasised(parts)
    .map((part) => {
      const sloped = part.isEmphasis ? `<i>${part.text}</i>` : part.text;
      const strong = part.isStrong ? `<b>${sloped}</b>` : sloped;
      return part.kind === "link" ? `<a ${part.host ?? ""}>${strong}</a>` : strong;
    })
    .join("");
}

describe("a pair of marks", () => {
  it.each([
    ["**a**", "<b>a</b>"],
    ["*a* _b_", "<i>a</i> <i>b</i>"],
    ["a (**b c**).", "a (<b>b c</b>)."],
    ["**_a_**", "<b><i>a</i></b>"],
    ["**a _b_ c**", "<b>a </b><b><i>b</i></b><b> c</b>"],
    ["**a** **b**", "<b>a</b> <b>b</b>"],
  ])("%j is shown as %s", (written, tags) => {
    expect(shown(text(written))).toBe(tags);
  });

  it("goes over a link and code", () => {
    expect(shown(text("**see "), link(), text("**"))).toBe("<b>see </b><a ><b>https://h/x</b></a>");
    const code: Inline = { kind: "code", text: "x" };
    expect(shown(text("_"), code, text("_"))).toBe("<i>x</i>");
  });

  it("that overlaps another ends it", () => {
    expect(shown(text("**a _b** c_"))).toBe("<b>a _b</b> c_");
  });
});

describe("only characters", () => {
  it.each([
    ["in a word", "snake_case_name and 2*3*4"],
    ["before a space", "a * b * c"],
    ["behind a space", "*a *"],
    ["of a glob", "*.py and **/*.ts"],
    ["without a second one", "**a"],
    ["over two lines", "*a\nb*"],
    ["of different kinds", "**a*"],
    ["around nothing", "** **"],
    ["of a longer row", "***a***"],
  ])("are marks %s", (_name, written) => {
    expect(shown(text(written))).toBe(written);
  });
});

describe("a named link", () => {
  it("has its name, and says where it goes", () => {
    expect(shown(text("see [docs]("), link(), text(") now"))).toBe("see <a h>docs</a> now");
  });

  it.each([
    ["without an end", [text("[docs]("), link()], "[docs](<a >https://h/x</a>"],
    ["without a name", [text("[]("), link(), text(")")], "[](<a >https://h/x</a>)"],
    ["apart from its name", [text("[docs] ("), link(), text(")")], "[docs] (<a >https://h/x</a>)"],
    ["that ends otherwise", [text("[docs]("), link(), text("]")], "[docs](<a >https://h/x</a>]"],
  ])("is none %s", (_name, parts, written) => {
    expect(shown(...parts)).toBe(written);
  });
});
