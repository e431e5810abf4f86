import { message } from "@peerline/ui/test/make";
import { describe, expect, it } from "vitest";
import { hasGone } from "../../src/status/mentionNews";

const mention = message({ id: "m", mentions_me: true });
const other = message({ id: "other" });

describe("a mention in the chat", () => {
  it.each([
    ["is removed", { messages: [], removed: ["m"] }],
    ["is deleted", { messages: [{ ...mention, is_deleted: true, content: "" }] }],
    ["is edited, and mentions me no more", { messages: [{ ...mention, mentions_me: false }] }],
    ["is not in another session", { messages: [other], reset: true }],
  ])("has gone when it %s", (_, chat) => {
    expect(hasGone("m", chat)).toBe(true);
  });

  it.each([
    ["is new", { messages: [mention] }],
    ["is edited", { messages: [{ ...mention, is_edited: true }] }],
    ["is shown again", { messages: [other, mention], reset: true }],
    ["is not concerned", { messages: [other], removed: ["another"] }],
  ])("has not gone when it %s", (_, chat) => {
    expect(hasGone("m", chat)).toBe(false);
  });
});
