import { AWAY_SECONDS, IDLE_SECONDS, TYPING_SECONDS } from "@peerline/ui/generated/limits";
import { describe, expect, it } from "vitest";
import { Attention } from "../../src/session/attention.ts";

const IDLE = IDLE_SECONDS * 1000;
const AWAY = AWAY_SECONDS * 1000;
const TYPING = TYPING_SECONDS * 1000;

describe("the user's own status", () => {
  it.each([
    [0, "active"],
    [IDLE - 1, "active"],
    [IDLE, "idle"],
    [AWAY - 1, "idle"],
    [AWAY, "away"],
  ])("%d ms after the last act is %s", (after, status) => {
    const attention = new Attention(1000);
    attention.act(5000);
    expect(attention.status(5000 + after)).toBe(status);
  });

  it("is typing until some seconds after the last key, or until the message is sent", () => {
    const attention = new Attention(0);
    attention.type(1000);
    expect(attention.status(1000 + TYPING - 1)).toBe("typing");
    expect(attention.status(1000 + TYPING)).toBe("active");
    attention.type(9000);
    attention.sent(9001);
    expect(attention.status(9001)).toBe("active");
  });

  it("says when it changes", () => {
    const attention = new Attention(0);
    attention.type(0);
    let now = 0;
    const seen: string[] = [];
    for (let wait = attention.changesIn(now); wait !== undefined; wait = attention.changesIn(now)) {
      now += wait;
      seen.push(`${now} ${attention.status(now)}`);
    }
    expect(seen).toEqual([`${TYPING} active`, `${IDLE} idle`, `${AWAY} away`]);
  });
});
