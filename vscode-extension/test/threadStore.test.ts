import { describe, expect, it } from "vitest";
import type { EditorReply, EditorThread } from "../src/generated/protocol";
import { ThreadStore } from "../src/threadStore";

function reply(id: string, over: Partial<EditorReply> = {}): EditorReply {
  return { id, user_id: "b", username: "bob", color: 0, content: id, timestamp: "t", ...over };
}

function thread(id: string, over: Partial<EditorThread> = {}): EditorThread {
  return {
    ...reply(id),
    line: 0,
    end_line: 0,
    code_snippet: "",
    resolved: false,
    outdated: false,
    replies: [],
    ...over,
  };
}

describe("ThreadStore", () => {
  it("tells what has gone from a document", () => {
    const store = new ThreadStore();
    store.apply("u", [thread("1"), thread("2")], true);
    expect(store.apply("u", [thread("2")], false).gone).toEqual(["1"]);
    expect(store.apply("u", [], false).gone).toEqual(["2"]);
  });

  it("has no news in a snapshot, nor in what it has seen", () => {
    const store = new ThreadStore();
    const shared = [thread("1", { mentions_me: true })];
    expect(store.apply("u", shared, true).news).toEqual([]);
    expect(store.apply("u", shared, false).news).toEqual([]);
  });

  it("has news when somebody mentions me, or replies where I wrote", () => {
    const store = new ThreadStore();
    store.apply("u", [thread("1", { is_me: true }), thread("2")], true);
    const { news } = store.apply(
      "u",
      [
        thread("1", { is_me: true, replies: [reply("1a")] }),
        thread("2", { replies: [reply("2a"), reply("2b", { mentions_me: true })] }),
      ],
      false,
    );
    expect(news.map(({ kind, content }) => [kind, content])).toEqual([
      ["reply", "1a"],
      ["mention", "2b"],
    ]);
  });

  it("has no news of what I wrote", () => {
    const store = new ThreadStore();
    const mine = thread("1", { is_me: true, replies: [reply("1a", { is_me: true })] });
    expect(store.apply("u", [mine], false).news).toEqual([]);
  });
});
