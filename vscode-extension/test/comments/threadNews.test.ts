// News of threads: which are told, and when they are taken away again.
import type { EditorThread } from "@peerline/ui/generated/protocol";
import { beforeEach, expect, it, vi } from "vitest";
import { ThreadNews } from "../../src/comments/threadNews";
import type { CommentNews } from "../../src/session/threadStore";
import type { NewsItem } from "../../src/status/news";
import { News } from "../../src/status/news";
import { begin, code } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const THREAD = { id: "t", resolved: false, replies: [] } as unknown as EditorThread;
const MENTION: CommentNews = {
  ...{ kind: "mention", thread: THREAD, id: "t", username: "ann" },
  content: "look\nhere @bob",
};

let shown: NewsItem[];
let revealed: string[];
let settled: string[];
let news: ThreadNews;

beforeEach(() => {
  begin();
  shown = [];
  revealed = [];
  settled = [];
  const all = new News(async (item, end) => {
    shown.push(item);
    void end.then(() => settled.push(item.key));
  });
  news = new ThreadNews(all, async (uri, thread) => {
    revealed.push(`${uri.toString()} ${thread.id}`);
  });
});

it("are told in a line, with a link to the thread", async () => {
  await news.tell("file:///w/a.py", MENTION);
  expect(shown.map(({ text }) => text)).toEqual(["ann mentions you: look here @bob"]);
  await shown[0]?.links[0]?.open();
  expect(revealed).toEqual(["file:///w/a.py t"]);
});

it("are those that the settings want", async () => {
  code.settings.set("notifications.mentions", false);
  await news.tell("file:///w/a.py", MENTION);
  expect(shown).toEqual([]);
  await news.tell("file:///w/a.py", { ...MENTION, kind: "reply" });
  expect(shown.map(({ text }) => text)).toEqual(["ann replied: look here @bob"]);
  code.settings.set("notifications.mentions", true);
  code.settings.set("notifications.replies", false);
  await news.tell("file:///w/a.py", { ...MENTION, kind: "reply" });
  expect(shown).toHaveLength(1);
});

it("go once they are answered, and with their thread", async () => {
  const show = vi.fn();
  const pending = new News(async (item, end) => {
    show(item.key);
    await end;
    settled.push(item.key);
  });
  const waiting = new ThreadNews(pending, async () => undefined);
  const told = [
    waiting.tell("file:///w/a.py", MENTION),
    waiting.tell("file:///w/a.py", { ...MENTION, thread: { ...THREAD, id: "u" }, id: "u" }),
  ];
  const other = { ...THREAD, id: "v", resolved: true };
  waiting.settle({ changed: [THREAD, other], gone: [] } as never);
  await Promise.resolve();
  expect(settled).toEqual([]);
  waiting.settle({ changed: [{ ...THREAD, resolved: true }], gone: ["u"] } as never);
  await Promise.all(told);
  expect(settled.sort()).toEqual(["t", "u"]);
});

it("are of the last comment or reply of a thread", async () => {
  const ends: string[] = [];
  const all = new News(async ({ text }, end) => {
    await end;
    ends.push(text);
  });
  const waiting = new ThreadNews(all, async () => undefined);
  const reply: CommentNews = { ...MENTION, kind: "reply", id: "r1", username: "carol" };
  const told = [waiting.tell("file:///w/a.py", MENTION), waiting.tell("file:///w/a.py", reply)];
  await told[0];
  expect(ends).toEqual(["ann mentions you: look here @bob"]);
  const mine = [{ emoji: "+1", is_mine: true }];
  const first = { ...THREAD, reactions: mine, replies: [{ id: "r1", reactions: [] }] };
  waiting.settle({ changed: [first], gone: [] } as never);
  await Promise.resolve();
  expect(ends).toHaveLength(1);
  const both = { ...first, replies: [{ id: "r1", reactions: mine }] };
  waiting.settle({ changed: [both], gone: [] } as never);
  await told[1];
  expect(ends).toHaveLength(2);
});
