import { describe, expect, it } from "vitest";
import type { Invite } from "../../generated/protocol";
import { inviteOf, linkText, revokedText } from "../../model/inviteOf";

const invite: Invite = { id: "i1", role: "editor", created_at: "2026-01-01T00:00:00Z" };

describe("the link that a participant came by", () => {
  it.each([
    ["bob", [invite], invite],
    ["bob", [], undefined],
    ["bob", [{ ...invite, id: "i2" }], undefined],
    ["carol", [invite], undefined],
  ])("of %s", (userId, invites, expected) => {
    const arrivals = [{ user_id: "bob", invite_id: "i1" }];
    expect(inviteOf(userId, { invites, arrivals })).toEqual(expected);
  });

  it("is unknown where the server names none", () => {
    expect(inviteOf("bob", { invites: [invite] })).toBeUndefined();
  });
});

it("says which kind of link was revoked", () => {
  expect(revokedText(invite)).toBe("The editor invite link no longer works.");
});

describe("the words for that link", () => {
  const arrivals = [
    { user_id: "bob", invite_id: "i1" },
    { user_id: "eve", invite_id: "i2" },
  ];
  it.each([
    ["bob", /^Joined with the editor link of \D*1 Jan 2026/],
    ["eve", /^Joined with a link that no longer works$/],
    ["ann", /^$/],
  ])("of %s", (userId, expected) => {
    const invites = [{ ...invite, created_at: "2026-01-01T12:00:00Z" }];
    expect(linkText(userId, { invites, arrivals }, "en-GB")).toMatch(expected);
  });

  it("are none for a user who is no host", () => {
    expect(linkText("bob", {})).toBe("");
  });
});
