import { describe, expect, it } from "vitest";
import type { EditorChatMessage } from "../../generated/protocol";
import { ChatLog, MAX_CHAT_MESSAGES, oldestSeq } from "../../model/chatLog";

function message(id: string, content = id): EditorChatMessage {
  return {
    id,
    kind: "chat",
    user_id: "u",
    username: "u",
    color: 0,
    content,
    timestamp: "2026-01-01T00:00:00Z",
  };
}

function ids(log: ChatLog): string[] {
  return log.messages.map(({ id }) => id);
}

describe("ChatLog", () => {
  it("appends, and tells what is new", () => {
    const log = new ChatLog();
    expect(log.apply({ messages: [message("1"), message("2")] })).toHaveLength(2);
    expect(ids(log)).toEqual(["1", "2"]);
  });

  it("replaces a message with the same id in its place", () => {
    const log = new ChatLog();
    log.apply({ messages: [message("1"), message("2")] });
    expect(log.apply({ messages: [message("1", "edited")] })).toEqual([]);
    expect(log.messages.map(({ content }) => content)).toEqual(["edited", "2"]);
  });

  it("puts history before, without what is there already", () => {
    const log = new ChatLog();
    log.apply({ messages: [message("3")] });
    expect(log.apply({ prepend: true, messages: [message("1"), message("3")] })).toEqual([]);
    expect(ids(log)).toEqual(["1", "3"]);
  });

  it("takes pending messages away that were sent or discarded", () => {
    const log = new ChatLog();
    log.apply({ messages: [message("pending-1"), message("2")] });
    expect(log.apply({ messages: [message("1")], removed: ["pending-1"] })).toHaveLength(1);
    expect(ids(log)).toEqual(["2", "1"]);
  });

  function many(from: number, to: number): EditorChatMessage[] {
    return Array.from({ length: to - from + 1 }, (_, index) => ({
      ...message(`${from + index}`),
      seq: from + index,
    }));
  }

  it("keeps the maximum number of messages, and forgets the oldest, which can be loaded again", () => {
    const log = new ChatLog();
    log.apply({ messages: many(1, MAX_CHAT_MESSAGES) });
    expect([log.messages.length, log.hasMore]).toEqual([MAX_CHAT_MESSAGES, false]);
    log.apply({ messages: many(MAX_CHAT_MESSAGES + 1, MAX_CHAT_MESSAGES + 1) });
    expect([log.messages.length, log.hasMore]).toEqual([MAX_CHAT_MESSAGES, true]);
    expect(oldestSeq(log.messages)).toBe(2);
  });

  it("makes room for the older ones that were asked for, until the next snapshot", () => {
    const log = new ChatLog();
    log.apply({ messages: many(101, 100 + MAX_CHAT_MESSAGES), has_more: true });
    log.apply({ prepend: true, has_more: false, messages: many(1, 100) });
    expect(log.messages.length).toBe(MAX_CHAT_MESSAGES + 100);
    log.apply({ messages: many(MAX_CHAT_MESSAGES + 101, MAX_CHAT_MESSAGES + 102) });
    expect(log.messages.length).toBe(MAX_CHAT_MESSAGES + 100);
    expect([oldestSeq(log.messages), log.hasMore]).toEqual([3, true]);
    log.apply({ reset: true, messages: [] });
    log.apply({ messages: many(1, MAX_CHAT_MESSAGES + 1) });
    expect(log.messages.length).toBe(MAX_CHAT_MESSAGES);
  });

  it("never forgets unsent messages", () => {
    const log = new ChatLog();
    log.apply({ messages: [{ ...message("pending-1"), is_pending: true }] });
    log.apply({ messages: many(1, MAX_CHAT_MESSAGES + 9) });
    expect(ids(log)[0]).toBe("pending-1");
    expect(log.messages.length).toBe(MAX_CHAT_MESSAGES);
  });

  it("does not show as new what changed and is not shown any more", () => {
    const log = new ChatLog();
    log.apply({ messages: many(5, 9) });
    expect(log.apply({ messages: many(4, 4) })).toEqual([]);
    expect(ids(log)).toEqual(["5", "6", "7", "8", "9"]);
  });

  it("starts over with a snapshot, in which nothing is new", () => {
    const log = new ChatLog();
    log.apply({ messages: [message("1")] });
    expect(log.apply({ reset: true, messages: [message("2")] })).toEqual([]);
    expect(ids(log)).toEqual(["2"]);
  });
});
