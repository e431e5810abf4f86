import { describe, expect, it } from "vitest";
import { MAX_RECENT, readRecent } from "../../src/joining/recentAnswer";

const PAIRING = {
  session_id: "s1",
  title: "Pairing",
  server: "127.0.0.1:8377",
  link: "peerline://127.0.0.1:8377/s1",
  last_joined: "2026-03-01T12:00:00Z",
  is_own: true,
};

describe("recent sessions", () => {
  it("are what the bridge answered", () => {
    expect(readRecent([PAIRING, { ...PAIRING, session_id: "s2" }])).toHaveLength(2);
  });

  it.each([undefined, null, {}, "x", [1], [null], [{ ...PAIRING, link: 7 }], [{ title: "x" }]])(
    "are not what makes no sense: %j",
    (answer) => {
      expect(readRecent(answer)).toEqual([]);
    },
  );

  it("are limited", () => {
    expect(readRecent(Array(MAX_RECENT).fill(PAIRING))).toHaveLength(MAX_RECENT);
    expect(readRecent(Array(MAX_RECENT + 1).fill(PAIRING))).toHaveLength(MAX_RECENT);
  });
});
