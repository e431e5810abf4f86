import { describe, expect, it } from "vitest";
import { ChatLog } from "../src/chatLog";
import type { EditorChatMessage } from "../src/generated/protocol";

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

  it("starts over with a snapshot, in which nothing is new", () => {
    const log = new ChatLog();
    log.apply({ messages: [message("1")] });
    expect(log.apply({ reset: true, messages: [message("2")] })).toEqual([]);
    expect(ids(log)).toEqual(["2"]);
  });
});
