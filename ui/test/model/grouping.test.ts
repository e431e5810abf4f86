import { describe, expect, it } from "vitest";
import { GROUP_GAP_MS, layOut } from "../../model/grouping";
import { message } from "../make";

const NOON = Date.parse("2026-03-01T12:00:00Z");

function at(ms: number): string {
  return new Date(NOON + ms).toISOString();
}

function kinds(messages: Parameters<typeof layOut>[0], firstUnread?: string): string[] {
  return layOut(messages, firstUnread).map((row) =>
    "messages" in row ? `${row.kind} ${row.messages.length}` : row.kind,
  );
}

describe("layOut", () => {
  it("groups what one author says within some minutes", () => {
    expect(
      kinds([
        message({ timestamp: at(0) }),
        message({ timestamp: at(GROUP_GAP_MS) }),
        message({ timestamp: at(2 * GROUP_GAP_MS + 1) }),
        message({ timestamp: at(2 * GROUP_GAP_MS + 2), user_id: "carol" }),
      ]),
    ).toEqual(["day", "group 2", "group 1", "group 1"]);
  });

  it("begins each day with it", () => {
    const day = 24 * 3_600_000;
    const rows = layOut([
      message({ timestamp: at(0) }),
      message({ timestamp: at(1) }),
      message({ timestamp: at(day) }),
    ]);
    expect(rows.map(({ kind }) => kind)).toEqual(["day", "group", "day", "group"]);
  });

  it("divides at the first unread message, also within a group", () => {
    const messages = [message(), message(), message()];
    expect(kinds(messages, messages[1]?.id)).toEqual(["day", "group 1", "unread", "group 2"]);
    expect(kinds(messages, "gone")).toEqual(["day", "group 3"]);
  });

  it("keeps events together and apart from messages", () => {
    const event = { kind: "system" as const };
    expect(kinds([message(), message(event), message(event), message()])).toEqual([
      "day",
      "group 1",
      "events 2",
      "group 1",
    ]);
  });

  it("gives each row a key, which stays when messages are added", () => {
    const messages = [message(), message({ user_id: "carol" }), message({ kind: "system" })];
    const keys = layOut(messages).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(
      layOut([...messages, message()])
        .map(({ key }) => key)
        .slice(0, keys.length),
    ).toEqual(keys);
  });

  it("is nothing for no messages", () => {
    expect(layOut([])).toEqual([]);
  });
});
