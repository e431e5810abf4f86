import type { EditorReply, EditorThread } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import { ThreadStore } from "../../src/session/threadStore";

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
    store.replace({ uri: "u", threads: [thread("1"), thread("2")] });
    expect(store.replace({ uri: "u", threads: [thread("2")] }).gone).toEqual(["1"]);
    expect(store.replace({ uri: "u", threads: [] }).gone).toEqual(["2"]);
    expect(store.uris).toEqual([]);
  });

  it("takes changes, moves and removals", () => {
    const store = new ThreadStore();
    store.replace({ uri: "u", threads: [thread("1"), thread("2"), thread("3")] });
    const { changed, gone } = store.update({
      uri: "u",
      threads: [thread("4")],
      moved: [
        { id: "2", line: 7, end_line: 8, outdated: false },
        { id: "unknown", line: 1, end_line: 1, outdated: false },
      ],
      removed: ["1"],
    });
    expect(changed.map(({ id, line, content }) => [id, line, content])).toEqual([
      ["4", 0, "4"],
      ["2", 7, "2"],
    ]);
    expect(gone).toEqual(["1"]);
    expect(store.size).toBe(3);
  });

  it("has no news in what it has seen", () => {
    const store = new ThreadStore();
    const threads = [thread("1", { mentions_me: true })];
    expect(store.replace({ uri: "u", threads }).news).toHaveLength(1);
    expect(store.replace({ uri: "u", threads }).news).toEqual([]);
    expect(store.update({ uri: "u", threads }).news).toEqual([]);
  });

  it("has no news in resolved threads from before, but in answers to them", () => {
    const store = new ThreadStore();
    const old = thread("1", {
      resolved: true,
      mentions_me: true,
      replies: [reply("2", { mentions_me: true })],
    });
    expect(store.update({ uri: "u", threads: [old] }).news).toEqual([]);
    const answered = { ...old, replies: [...old.replies, reply("3", { mentions_me: true })] };
    const { news } = store.update({ uri: "u", threads: [answered] });
    expect(news.map(({ content }) => content)).toEqual(["3"]);
  });

  it("has news when somebody mentions me, or replies where I wrote", () => {
    const store = new ThreadStore();
    store.replace({ uri: "u", threads: [thread("1", { is_me: true }), thread("2")] });
    const { news } = store.update({
      uri: "u",
      threads: [
        thread("1", { is_me: true, replies: [reply("1a")] }),
        thread("2", { replies: [reply("2a"), reply("2b", { mentions_me: true })] }),
      ],
    });
    expect(news.map(({ kind, content }) => [kind, content])).toEqual([
      ["reply", "1a"],
      ["mention", "2b"],
    ]);
  });

  it("has no news of what I wrote", () => {
    const store = new ThreadStore();
    const mine = thread("1", { is_me: true, replies: [reply("1a", { is_me: true })] });
    expect(store.replace({ uri: "u", threads: [mine] }).news).toEqual([]);
  });
});
