import { describe, expect, it } from "vitest";
import { type FromPanel, parseFromPanel } from "../messages";

const GOOD: FromPanel[] = [
  { type: "ready" },
  { type: "history" },
  { type: "typing" },
  { type: "send", content: "hello" },
  { type: "send", content: "hello", parentId: "m1" },
  { type: "resend", request: "r1", messageId: "pending-1" },
  { type: "discard", request: "r1", messageId: "pending-1" },
  { type: "edit", request: "r1", messageId: "m1", content: "x" },
  { type: "delete", request: "r1", messageId: "m1" },
  { type: "react", request: "r1", messageId: "m1", emoji: "👍", remove: false },
  { type: "question", request: "r1", approvalId: "a1" },
  { type: "decide", request: "r1", approvalId: "a1", answer: "deny" },
  { type: "decide", request: "r1", approvalId: "a1", answer: "allow_once", digest: "sha256:0" },
  { type: "prompt", request: "r1", agentId: "u1", text: "run the tests" },
  { type: "stop", request: "r1", agentId: "u1" },
  { type: "stop", request: "r1", agentId: "u1", promptId: "p1" },
  { type: "cancel", request: "r1", promptId: "p1" },
  { type: "watch", request: "r1", agentId: "a1", isWatched: true },
  { type: "goto", userId: "u1" },
  { type: "follow", userId: "u1", isFollowed: true },
  { type: "rejoin", sessionId: "s1" },
  { type: "open", place: { file: "a.py", line: 3 } },
  { type: "open", place: { file: "a.py", line: 3, column: 2, endLine: 9 } },
  { type: "link", url: "https://example.org/" },
  { type: "read", seq: 3 },
  { type: "run", command: "join" },
];

const BAD: unknown[] = [
  undefined,
  null,
  "ready",
  7,
  {},
  { type: "unknown" },
  { type: "__proto__" },
  { type: "send" },
  { type: "send", content: "" },
  { type: "send", content: 7 },
  { type: "send", content: "x".repeat(100_001) },
  { type: "send", content: "x", parentId: 7 },
  { type: "resend", messageId: "pending-1" },
  { type: "discard", request: "r1", messageId: 7 },
  { type: "edit", messageId: "m1", content: "x" },
  { type: "delete", request: "r1" },
  { type: "react", request: "r1", messageId: "m1", emoji: "👍" },
  { type: "react", request: "r1", messageId: "m1", emoji: "x".repeat(65), remove: true },
  { type: "question", approvalId: "a1" },
  { type: "decide", request: "r1", approvalId: "a1", answer: "allow_always" },
  { type: "decide", request: "r1", approvalId: "a1", answer: "allow_once", digest: 7 },
  { type: "decide", request: "r1", answer: "deny" },
  { type: "prompt", request: "r1", agentId: "u1", text: "" },
  { type: "prompt", agentId: "u1", text: "x" },
  { type: "stop", request: "r1" },
  { type: "cancel", request: "r1", promptId: 7 },
  { type: "watch", request: "r1", agentId: "a1" },
  { type: "watch", agentId: "a1", isWatched: true },
  { type: "goto", userId: { toString: "x" } },
  { type: "follow", userId: "u1", isFollowed: "yes" },
  { type: "open" },
  { type: "open", place: { file: "../a.py", line: 3 } },
  { type: "open", place: { file: "/etc/passwd", line: 3 } },
  { type: "open", place: { file: "a.py", line: "3" } },
  { type: "link", url: "command:workbench.action.quit" },
  { type: "link", url: "javascript:alert(1)" },
  { type: "link", url: "file:///etc/passwd" },
  { type: "link", url: 7 },
  { type: "read", seq: -1 },
  { type: "read", seq: 1.5 },
  { type: "run", command: "workbench.action.quit" },
];

describe("parseFromPanel", () => {
  it.each(GOOD)("takes $type", (message) => {
    expect(parseFromPanel(message)).toEqual(message);
  });

  it("takes nothing that it does not know with it", () => {
    expect(parseFromPanel({ type: "ready", extra: 1 })).toEqual({ type: "ready" });
  });

  it.each(BAD.map((value) => [value]))("refuses %j", (value) => {
    expect(parseFromPanel(value)).toBeUndefined();
  });
});
