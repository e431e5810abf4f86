import { CommandRefused } from "@peerline/ui/refusal";
import { describe, expect, it } from "vitest";
import { asStarted } from "../../src/joining/startedSession";

describe("asStarted", () => {
  it("has both links", () => {
    expect(asStarted({ link: "a", invite: "b", is_local: false })).toEqual({
      link: "a",
      invite: "b",
    });
  });

  it.each([undefined, null, "a", 1, [], {}, { link: "a" }, { invite: "b" }])(
    "refuses %j, of another bridge",
    (answer) => {
      expect(() => asStarted(answer)).toThrow(CommandRefused);
    },
  );
});
