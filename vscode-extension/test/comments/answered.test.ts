import type { EditorReply, EditorThread } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import { isAnswered } from "../../src/comments/answered";

function reply(id: string, over: Partial<EditorReply> = {}): EditorReply {
  return { id, user_id: "b", username: "bob", color: 0, content: id, timestamp: "t", ...over };
}

function thread(replies: EditorReply[], over: Partial<EditorThread> = {}): EditorThread {
  return {
    ...reply("t"),
    line: 0,
    end_line: 0,
    code_snippet: "",
    resolved: false,
    outdated: false,
    replies,
    ...over,
  };
}

const mine = (id: string) => reply(id, { is_me: true });
const rocket = (is_mine: boolean) => [{ emoji: "🚀", names: ["x"], is_mine }];

describe("news in a thread", () => {
  it.each([
    ["a reply of mine below", thread([reply("n"), mine("r")]), "n"],
    ["a reply of mine to the comment itself", thread([mine("r")]), "t"],
    ["a reaction of mine", thread([reply("n", { reactions: rocket(true) })]), "n"],
    ["the resolution", thread([reply("n")], { resolved: true }), "n"],
    ["the deletion of a comment with replies", thread([reply("n")], { is_deleted: true }), "t"],
    ["its removal", thread([]), "n"],
  ])("are answered by %s", (_, changed, id) => {
    expect(isAnswered(changed, id)).toBe(true);
  });

  it.each([
    ["a reply of mine above", thread([mine("r"), reply("n")]), "n"],
    ["a reply of somebody else", thread([reply("n"), reply("o")]), "n"],
    ["a reaction of somebody else", thread([reply("n", { reactions: rocket(false) })]), "n"],
  ])("are not answered by %s", (_, changed, id) => {
    expect(isAnswered(changed, id)).toBe(false);
  });
});
