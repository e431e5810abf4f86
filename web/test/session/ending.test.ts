// Every end of a session has a title, a sentence and something to do.
import type { ErrorCode } from "@peerline/client/session";
import { describe, expect, it } from "vitest";
import { CLOSE_CODE_FOR_ERROR, ENDS } from "../../../client-js/src/generated/codes.ts";
import { endingOf, endingText } from "../../src/session/ending.ts";

const CODES = [...new Set([...Object.keys(CLOSE_CODE_FOR_ERROR), ...ENDS])] as ErrorCode[];
/** A server that refuses with these is asked again. */
const PASSING: readonly ErrorCode[] = [
  "OWNER_AWAY",
  "RATE_LIMITED",
  "SERVER_BUSY",
  "INTERNAL_ERROR",
];

describe("the end of a session", () => {
  it.each(CODES.filter((code) => !PASSING.includes(code)))("%s has words of its own", (code) => {
    const ending = endingOf({ code: code, reason: "the server said so" });
    expect(ending.title).not.toBe(endingOf({ code: undefined, reason: "" }).title);
    expect(endingText(ending)).toMatch(/^The server said so\. [A-Z].*\.$/);
  });

  it.each(ENDS)("%s offers no other try", (code) => {
    expect(endingOf({ code: code, reason: "gone" }).mayRetry).toBe(false);
  });

  it.each(["JOIN_DENIED", "JOIN_UNANSWERED", "TOKEN_EXPIRED"] as const)("%s offers one", (code) => {
    expect(endingOf({ code: code, reason: "no" }).mayRetry).toBe(true);
  });

  it("without a code may pass", () => {
    expect(endingOf({ code: undefined, reason: undefined })).toEqual({
      title: "You are not in the session",
      reason: "",
      advice: "Try again in a moment.",
      mayRetry: true,
    });
    expect(endingText(endingOf({ code: undefined, reason: undefined }))).toBe(
      "Try again in a moment.",
    );
  });

  it("does not give the same advice twice", () => {
    const reason = "You are not a participant of this session. Ask a host for a new link.";
    expect(endingText(endingOf({ code: "NOT_A_PARTICIPANT", reason: reason }))).toBe(reason);
  });
});
