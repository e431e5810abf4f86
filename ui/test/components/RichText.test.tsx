// A message's text as elements: nothing of it is HTML, and links are opened by the host alone.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RichText } from "../../components/RichText";
import { Page, textOf } from "../page";

const PEOPLE = [
  { username: "ann", isMe: false },
  { username: "me", isMe: true },
];

let page: Page;

beforeEach(() => {
  page = new Page();
});

afterEach(() => page.close());

async function draw(content: string, isCurrent = true): Promise<void> {
  await page.draw(<RichText content={content} people={PEOPLE} isCurrent={isCurrent} />);
}

describe("a text", () => {
  it("is never HTML", async () => {
    await draw("<img src=x onerror=alert(1)> **<b>x</b>**");
    expect(page.all("img, b")).toEqual([]);
    expect(textOf(page.one("strong"))).toBe("<b>x</b>");
  });

  it("has its blocks", async () => {
    await draw("one\n\n> two\n\n3. three\n4. four\n\n- five\n\n```py\nsix\n```");
    expect(page.all(".text > *").map((each) => each.tagName)).toEqual([
      ...["P", "BLOCKQUOTE", "OL", "UL", "PRE"],
    ]);
    expect(page.one<HTMLOListElement>("ol").start).toBe(3);
    expect(textOf(page.one(".language"))).toBe("py");
  });

  it("shows an empty block of code as it was written, not as a box", async () => {
    await draw("```py\n \n```");
    expect(page.all("pre")).toEqual([]);
    expect(page.text).toBe("```py ```");
  });

  it("names characters that nobody would see", async () => {
    await draw("a\u202eb `c\u202ed`");
    expect(page.all(".control").map(textOf)).toEqual(["U+202E", "U+202E"]);
  });

  it("has mentions, one's own apart", async () => {
    await draw("@ann and @me and @bob");
    expect(page.all(".mention").map(textOf)).toEqual(["@ann", "@me"]);
    expect(page.all(".mention.is-me").map(textOf)).toEqual(["@me"]);
  });

  it("is strong and sloped at once", async () => {
    await draw("**_x_**");
    expect(textOf(page.one("strong em"))).toBe("x");
  });
});

describe("a link", () => {
  it("is opened by the host, and by nothing else", async () => {
    await draw("see https://example.org/x");
    const link = page.one<HTMLAnchorElement>("a");
    const click = new MouseEvent("click", { bubbles: true, cancelable: true });
    const outside: Event[] = [];
    page.root.addEventListener("click", (event) => outside.push(event));
    link.dispatchEvent(click);
    expect(page.posted).toEqual([{ type: "link", url: "https://example.org/x" }]);
    expect([click.defaultPrevented, outside]).toEqual([true, []]);
    const middle = new MouseEvent("auxclick", { bubbles: true, cancelable: true });
    link.dispatchEvent(middle);
    expect([middle.defaultPrevented, page.posted.length]).toEqual([true, 1]);
  });

  it("says where it goes if its text does not", async () => {
    await draw("[docs](https://example.org/x)");
    expect(page.text).toBe("docs (example.org)");
  });

  it("to a place is opened by the host", async () => {
    await draw("look at `src/a.py:3`");
    await page.click(page.one("button.place"));
    expect(page.posted).toMatchObject([{ type: "open", place: { file: "src/a.py", line: 3 } }]);
  });

  it.each([
    [true, 0],
    [false, -1],
  ])("is in the tab order if its message is the current one (%s)", async (isCurrent, tabIndex) => {
    await draw("https://example.org/x `src/a.py:3`\n```\nx\n```", isCurrent);
    expect(page.all("a, button, pre").map((each) => each.tabIndex)).toEqual(
      Array(3).fill(tabIndex),
    );
  });
});
