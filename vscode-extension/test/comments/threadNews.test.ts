// News in threads: which are told, and when they are taken away.
import type { EditorThread } from "@peerline/ui/generated/protocol";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ThreadNews } from "../../src/comments/threadNews";
import type { CommentNews } from "../../src/session/threadStore";
import { News, type NewsItem } from "../../src/status/news";
import { begin, code, Uri } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const URI = "file:///w/a.py";

let shown: Map<string, NewsItem>;
let revealed: unknown[][];
let news: News;
let threads: ThreadNews;

beforeEach(() => {
  begin();
  shown = new Map();
  revealed = [];
  news = new News(async (item, settled) => {
    shown.set(item.key, item);
    await settled;
    if (shown.get(item.key) === item) {
      shown.delete(item.key);
    }
  });
  threads = new ThreadNews(news, async (...where) => void revealed.push(where));
});

function thread(id: string, over: Partial<EditorThread> = {}): EditorThread {
  return { id, user_id: "bob", username: "bob", resolved: false, replies: [], ...over } as never;
}

function told(id: string, over: Partial<CommentNews> = {}): CommentNews {
  const about = thread("t", { replies: [{ id } as never] });
  return { kind: "reply", thread: about, id, username: "bob", content: "See\nthis.", ...over };
}

function texts(): string[] {
  return [...shown.values()].map(({ text }) => text);
}

describe("news of a thread", () => {
  it.each([
    ["mention", "bob mentions you: See this."],
    ["reply", "bob replied: See this."],
  ] as const)("are a %s, in one line", (kind, text) => {
    threads.tell(URI, told("r", { kind }));
    expect(texts()).toEqual([text]);
  });

  it.each([
    ["notifications.mentions", ["bob replied: See this."]],
    ["notifications.replies", ["bob mentions you: See this."]],
  ])("are not told if the user does not want them (%s)", async (setting, expected) => {
    code.settings.set(setting, false);
    threads.tell(URI, told("r", { kind: "reply" }));
    threads.tell(URI, told("m", { kind: "mention", thread: thread("u") }));
    expect(texts()).toEqual(expected);
  });

  it("take the place of older ones of the same thread", async () => {
    threads.tell(URI, told("r", { content: "one" }));
    threads.tell(URI, told("s", { content: "two" }));
    threads.tell(URI, told("x", { thread: thread("u"), content: "three" }));
    await Promise.resolve();
    expect(texts()).toEqual(["bob replied: two", "bob replied: three"]);
  });

  it("show the thread at a press", async () => {
    const about = told("r");
    threads.tell(URI, about);
    await news.open("t");
    expect(revealed).toEqual([[Uri.parse(URI), about.thread]]);
  });
});

describe("news go", () => {
  /** The news that are left after a change. */
  async function left(changed: EditorThread[], gone: string[] = []): Promise<string[]> {
    threads.settle({ uri: URI, changed, gone, news: [] });
    await new Promise(setImmediate);
    return [...shown.keys()];
  }

  beforeEach(() => {
    threads.tell(URI, told("r"));
    threads.tell(URI, told("x", { thread: thread("u", { replies: [{ id: "x" } as never] }) }));
  });

  it("when they were answered, and not by another change", async () => {
    const replies = [{ id: "r" } as never];
    expect(await left([thread("t", { replies })])).toEqual(["t", "u"]);
    const mine = { id: "s", is_me: true } as never;
    expect(await left([thread("t", { replies: [...replies, mine] })])).toEqual(["u"]);
  });

  it("when their thread has gone", async () => {
    expect(await left([], ["u"])).toEqual(["t"]);
  });

  it("not by the answer to what was told in a session before", async () => {
    threads.clear();
    expect(await left([thread("t", { resolved: true })])).toEqual(["t", "u"]);
  });
});
