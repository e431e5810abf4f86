import { describe, expect, it } from "vitest";
import { asksForReplay, opened, withoutInvite } from "../src/address.ts";

describe("the page's own address", () => {
  it.each([
    ["/s/abc", "#invite=CODE", { prefix: "", sessionId: "abc", invite: "CODE" }],
    ["/s/abc", "", { prefix: "", sessionId: "abc" }],
    ["/s/abc.", "#invite=CODE.", { prefix: "", sessionId: "abc", invite: "CODE" }],
    ["/s/abc%20", "#invite=", { prefix: "", sessionId: "abc" }],
    [
      "/proxy/8377/s/a_b-c",
      "#invite=x&t=5",
      { prefix: "/proxy/8377", sessionId: "a_b-c", invite: "x" },
    ],
    ["/s/abc", "#replay", { prefix: "", sessionId: "abc" }],
    ["/s/abc", "#invite=%E0%A4%A", { prefix: "", sessionId: "abc" }],
    ["/s/abc", "#invite=<b>&&&==%00", { prefix: "", sessionId: "abc" }],
    ["/s/abc", `#${"invite=".repeat(20_000)}`, { prefix: "", sessionId: "abc", invite: "invite" }],
  ])("%s%s is a session", (pathname, hash, place) => {
    expect(opened({ pathname, hash })).toEqual({ kind: "session", ...place });
  });

  it.each([
    ["/", ""],
    ["/proxy/8377/", "/proxy/8377"],
    ["/s/%", "/s/%"],
  ])("%s is the start page", (pathname, prefix) => {
    expect(opened({ pathname, hash: "#invite=CODE" })).toEqual({ kind: "start", prefix });
  });
});

describe("the fragment", () => {
  it.each([
    ["#invite=CODE", ""],
    ["#invite=CODE&t=5", "#t=5"],
    ["#invite=CODE&replay", "#replay"],
    ["#replay&%69nvite=CODE", "#replay"],
    ["", ""],
  ])("%s without the invite is %s", (hash, rest) => {
    expect(withoutInvite(hash)).toBe(rest);
  });

  it.each([
    ["#replay", true],
    ["#replay&t=2026-01-01T12:00:00.000Z", true],
    ["#t=5", false],
    ["#replayed", false],
    ["", false],
  ])("%s asks for the replay: %s", (hash, asks) => {
    expect(asksForReplay(hash)).toBe(asks);
  });
});
