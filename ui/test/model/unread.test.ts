import { describe, expect, it } from "vitest";
import type { EditorChatMessage } from "../../generated/protocol";
import { counts, lastSeq, unreadAfter } from "../../model/unread";
import { message } from "../make";

const unread = (given: Partial<EditorChatMessage>) => message(given);

describe("unread messages", () => {
  it("are those of others, as long as they are there", () => {
    expect(counts(unread({ kind: "chat", is_me: false }))).toBe(true);
    expect(counts(unread({ kind: "chat", is_me: true }))).toBe(false);
    expect(counts(unread({ kind: "chat", is_deleted: true }))).toBe(false);
    expect(counts(unread({ kind: "system" }))).toBe(false);
  });

  it("begin behind the last one that was read", () => {
    const messages = [1, 2, 3].map((seq) => unread({ id: `m${seq}`, seq }));
    messages.push(unread({ id: "mine", seq: 4, is_me: true }));
    messages.push(unread({ id: "waits", seq: undefined, is_pending: true }));
    expect(unreadAfter(messages, 1).map(({ id }) => id)).toEqual(["m2", "m3"]);
    expect(unreadAfter(messages, 4)).toEqual([]);
    expect(unreadAfter([], 0)).toEqual([]);
  });

  it("are read up to the highest place, whatever waits behind it", () => {
    expect(lastSeq([])).toBe(0);
    expect(lastSeq([5, 9, 7].map((seq) => unread({ seq })))).toBe(9);
    expect(lastSeq([unread({ seq: 3 }), unread({ seq: undefined })])).toBe(3);
  });
});
