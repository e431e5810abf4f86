import { describe, expect, it } from "vitest";
import { asRefusal, BRIDGE_STOPPED, CommandRefused, plainMessage } from "../refusal";

describe("plainMessage", () => {
  it.each([
    [
      "auth_token: it is not a token that this server accepts",
      "The token is not a token that this server accepts.",
    ],
    ["auth_token: it has expired; get a new one", "The token has expired; get a new one."],
    ["auth_token: its sub is that of a guest", "The token: its sub is that of a guest."],
    ["content: at most 16384 characters", "The text can have at most 16384 characters."],
    ["data.content: at most 16384 characters", "The text can have at most 16384 characters."],
    ["comment_id: there is no such comment here", "There is no such comment here."],
    ["changes.join_approval: only a host can change this", "Only a host can change this."],
    ["create: a guest cannot create a session", "A guest cannot create a session."],
    ["role: make somebody else a host first", "Make somebody else a host first."],
    ["role: Input should be 'host' or 'editor'", "The role is not valid."],
    ["selection.start_line: Input should be a valid integer", "One of the values is not valid."],
    ["peerline.follow: user_id: there is no such participant", "There is no such participant."],
    ["cannot reach it: connection refused", "Cannot reach it: connection refused."],
    ["Join a session first.", "Join a session first."],
    ["", ""],
  ])("%j becomes %j", (text, expected) => {
    expect(plainMessage(text)).toBe(expected);
  });
});

describe("asRefusal", () => {
  it("keeps the code and a plain message", () => {
    const error = Object.assign(new Error("peerline.sendChat: content: at most 5 characters"), {
      code: -32803,
      data: { error_code: "INVALID_FIELD" },
    });
    expect(asRefusal(error)).toMatchObject({
      code: "INVALID_FIELD",
      message: "The text can have at most 5 characters.",
    });
  });

  it.each([-32097, -32096, 1, 2])("knows a connection that was closed (%i)", (code) => {
    const error = Object.assign(new Error("Pending response rejected"), { code });
    expect(asRefusal(error).code).toBe(BRIDGE_STOPPED);
  });

  it("leaves a refusal as it is", () => {
    const refused = new CommandRefused("X", "Why.");
    expect(asRefusal(refused)).toBe(refused);
  });
});
