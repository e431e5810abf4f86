import type { EditorPerson } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import { comingsText } from "../../src/status/peopleTexts";

const EVERYTHING = { all: true, removals: true };

function somebody(username: string, fields: Partial<EditorPerson> = {}): EditorPerson {
  return { user_id: username, username, color: 1, ...fields };
}

describe("the notice of comings and goings", () => {
  it("names who joined, left and was removed", () => {
    const news = {
      joined: [somebody("ann"), somebody("bob")],
      left: [somebody("cid"), somebody("dan", { was_removed: true })],
    };
    expect(comingsText(news, EVERYTHING)).toBe("ann and bob joined. cid left. dan was removed.");
  });

  it("counts a crowd", () => {
    const joined = Array.from({ length: 30 }, (_, index) => somebody(`user${index}`));
    expect(comingsText({ joined, left: [] }, EVERYTHING)).toBe(
      "user0, user1, user2 and 27 more joined.",
    );
  });

  it("is only about removals, for hosts, where the others are not wanted", () => {
    const news = {
      joined: [somebody("ann")],
      left: [somebody("cid"), somebody("dan", { was_removed: true })],
    };
    expect(comingsText(news, { all: false, removals: true })).toBe("dan was removed.");
    expect(comingsText(news, { all: false, removals: false })).toBe("");
  });
});
