import { describe, expect, it } from "vitest";
import { News, type NewsItem } from "../../src/status/news";

/** The texts that are shown now, and how to end one as VS Code does when its time is over. */
function begin() {
  const shown = new Map<string, () => void>();
  const news = new News(async ({ text }, settled) => {
    await new Promise<void>((resolve) => {
      shown.set(text, resolve);
      settled.then(resolve);
    });
    shown.delete(text);
  });
  const opened: string[] = [];
  const item = (key: string, text = key): NewsItem => ({
    key,
    text,
    links: ["Show", "Hide"].map((link) => ({
      text: link,
      open: async () => {
        opened.push(link === "Show" ? text : `${link} ${text}`);
      },
    })),
  });
  return { news, shown, opened, item };
}

describe("News", () => {
  it("are shown until they are settled, each on its own", async () => {
    const { news, shown, item } = begin();
    const told = [news.tell(item("a")), news.tell(item("b"))];
    expect([...shown.keys()]).toEqual(["a", "b"]);
    news.settle("a");
    await told[0];
    expect([...shown.keys()]).toEqual(["b"]);
    news.settle("unknown");
    news.clear();
    await told[1];
    expect(shown.size).toBe(0);
  });

  it("are gone when they are opened, and are opened once", async () => {
    const { news, shown, opened, item } = begin();
    const told = news.tell(item("a"));
    await news.open("a");
    await told;
    await news.open("a");
    expect([opened, shown.size]).toEqual([["a"], 0]);
  });

  it("do what the link that was chosen says", async () => {
    const { news, opened, item } = begin();
    const told = [news.tell(item("a")), news.tell(item("b"))];
    await news.open("a", 1);
    await news.open("b", 2);
    await Promise.all(told);
    expect(opened).toEqual(["Hide a"]);
  });

  it("take the place of older ones about the same", async () => {
    const { news, shown, opened, item } = begin();
    const first = news.tell(item("chat", "first"));
    const second = news.tell(item("chat", "second"));
    await first;
    expect([...shown.keys()]).toEqual(["second"]);
    await news.open("chat");
    await second;
    expect(opened).toEqual(["second"]);
  });

  it("cannot be opened any more when their time is over", async () => {
    const { news, shown, opened, item } = begin();
    const told = news.tell(item("a"));
    shown.get("a")?.();
    await told;
    await news.open("a");
    expect(opened).toEqual([]);
  });
});
