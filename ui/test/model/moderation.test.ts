import { describe, expect, it } from "vitest";
import type { Invite } from "../../generated/protocol";
import {
  FullLinks,
  inviteText,
  joinText,
  ROLES,
  returnText,
  roleGivenText,
  rolesFor,
} from "../../model/moderation";

const invite: Invite = { id: "i1", role: "editor", created_at: "2026-01-01T12:00:00Z" };

describe("the words for what hosts decide", () => {
  it("have an article", () => {
    expect(roleGivenText("bob", "viewer")).toBe("bob is a viewer now.");
    expect(roleGivenText("bob", "editor")).toBe("bob is an editor now.");
    expect(joinText("bob", { role: "viewer" })).toBe("bob wants to join as viewer.");
  });

  it("are there for every role", () => {
    expect(ROLES.map(({ role }) => role)).toEqual(["host", "editor", "viewer"]);
  });

  it("are others for an agent: its owner starts it, and it is never a host", () => {
    expect(rolesFor(true).map(({ role }) => role)).toEqual(["editor", "viewer"]);
    expect(rolesFor(false)).toEqual(ROLES);
    expect(returnText(true)).toContain("its owner can start it again");
    expect(returnText(false)).toContain("with an invite link");
  });

  it.each([
    [{}, /^used 0 times$/],
    [{ uses: 1 }, /^used 1 time$/],
    [{ uses: 2, max_uses: 5 }, /^used 2 times of 5$/],
    [{ expires_at: "2026-01-08T12:00:00Z" }, /^used 0 times, valid until \D*8 Jan 2026/],
    [{ is_full: true }, /^used 0 times, takes no more guests$/],
  ])("tell how an invite with %j was used", (fields, expected) => {
    expect(inviteText({ ...invite, ...fields }, "en-GB")).toMatch(expected);
  });
});

describe("links that take no more guests", () => {
  const full = { ...invite, is_full: true, guests: 500 };

  it("are told once each", () => {
    const links = new FullLinks();
    expect(links.news({ invites: [invite] })).toEqual([]);
    expect(links.news({ invites: [full] })).toEqual([
      "A link for editors has brought 500 guests and takes no more. Revoke it if you did not " +
        "expect as many, or create another to invite more people.",
    ]);
    expect(links.news(undefined)).toEqual([]);
    expect(links.news({ invites: [full] })).toEqual([]);
    expect(links.news({ invites: [full, { ...full, id: "i2", role: "viewer" }] })).toHaveLength(1);
  });

  it("are told again when they have room meanwhile", () => {
    const links = new FullLinks();
    links.news({ invites: [full] });
    links.news({ invites: [invite] });
    expect(links.news({ invites: [full] })).toHaveLength(1);
  });
});
