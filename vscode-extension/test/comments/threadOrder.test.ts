import type { EditorThread } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import { neighbor } from "../../src/comments/threadOrder";

function placed(uri: string, line: number, id: string, resolved = false) {
  const thread = { id, line, resolved, timestamp: id } as EditorThread;
  return { uri, thread };
}

const THREADS = [
  placed("b", 3, "b3"),
  placed("a", 9, "a9-2"),
  placed("a", 9, "a9-1"),
  placed("a", 2, "a2"),
  placed("a", 5, "a5", true),
];

describe("neighbor", () => {
  it.each([
    ["next", { uri: "a", line: 0 }, "a2"],
    ["next", { uri: "a", line: 2 }, "a9-1"],
    ["next", { uri: "a", line: 9, threadId: "a9-1" }, "a9-2"],
    ["next", { uri: "a", line: 9, threadId: "a9-2" }, "b3"],
    ["next", { uri: "a", line: 9, threadId: "a2" }, "b3"],
    ["next", { uri: "b", line: 3, threadId: "b3" }, "a2"],
    ["next", { uri: "c", line: 0 }, "a2"],
    ["next", undefined, "a2"],
    ["previous", { uri: "a", line: 9, threadId: "a9-2" }, "a9-1"],
    ["previous", { uri: "a", line: 9, threadId: "a9-1" }, "a2"],
    ["previous", { uri: "a", line: 2, threadId: "a2" }, "b3"],
    ["previous", { uri: "b", line: 0 }, "a9-2"],
    ["previous", undefined, "b3"],
  ] as const)("goes to the %s one from %j", (direction, here, id) => {
    expect(neighbor(THREADS, here, direction)?.thread.id).toBe(id);
  });

  it("comes back to the only one, and finds none where all are resolved", () => {
    const here = { uri: "a", line: 9, threadId: "x" };
    expect(neighbor([placed("a", 9, "x")], here, "next")?.thread.id).toBe("x");
    expect(neighbor([placed("a", 9, "x")], here, "previous")?.thread.id).toBe("x");
    expect(neighbor([placed("a", 9, "x", true)], here, "next")).toBeUndefined();
  });
});
