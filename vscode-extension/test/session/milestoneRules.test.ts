import { message } from "@peerline/ui/test/make";
import { describe, expect, it } from "vitest";
import { hasChatted, hasCommented, hasGoneTo, hasShared } from "../../src/session/milestoneRules";

const mine = (fields: object = {}) => ({ is_me: true, replies: [], ...fields }) as never;
const theirs = (fields: object = {}) => ({ is_me: false, replies: [], ...fields }) as never;

describe("a step of the walkthrough is ticked", () => {
  it("by a message that the user has sent, and by none that happens or waits", () => {
    const chatted = (fields: object) => hasChatted({ messages: [message(), message(fields)] });
    expect(chatted({ is_me: true })).toBe(true);
    expect(chatted({})).toBe(false);
    expect(chatted({ is_me: true, kind: "system" })).toBe(false);
    expect(chatted({ is_me: true, is_pending: true })).toBe(false);
  });

  it("by a comment or a reply of the user", () => {
    expect(hasCommented({ changed: [theirs(), mine()] })).toBe(true);
    expect(hasCommented({ changed: [theirs({ replies: [mine()] })] })).toBe(true);
    expect(hasCommented({ changed: [theirs({ replies: [theirs()] })] })).toBe(false);
    expect(hasCommented({ changed: [] })).toBe(false);
  });

  it("by a file that the user has shared", () => {
    expect(hasShared([{ shared_by: "bob" }, { shared_by: "me" }], "me")).toBe(true);
    expect(hasShared([{ shared_by: "bob" }], "me")).toBe(false);
    expect(hasShared([{ shared_by: "bob" }], undefined)).toBe(false);
  });

  it("by following somebody", () => {
    expect(hasGoneTo({ state: "joined", following: "u" })).toBe(true);
    expect(hasGoneTo({ state: "joined" })).toBe(false);
  });
});
