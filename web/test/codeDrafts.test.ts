// Drafts of comments survive a reload.
import { describe, expect, it } from "vitest";
import { Drafts, type Place } from "../src/code/drafts.ts";

function shelf(): Place & { text: string | undefined } {
  return {
    text: undefined,
    read() {
      return this.text;
    },
    write(text: string) {
      this.text = text;
    },
  };
}

describe("drafts", () => {
  it("are there again after a reload, until they are sent", () => {
    const place = shelf();
    const before = new Drafts(place);
    before.keepComment({ file: "a.py", first: 1, last: 2, text: "why" });
    before.keepReply("t1", "so");
    before.keepReply("t2", "no");
    before.keepReply("t2", "");
    const after = new Drafts(place);
    expect(after.comment).toEqual({ file: "a.py", first: 1, last: 2, text: "why" });
    expect([after.reply("t1"), after.reply("t2")]).toEqual(["so", ""]);
    after.keepComment(undefined);
    expect(new Drafts(place).comment).toBeUndefined();
    expect(new Drafts(place).reply("t1")).toBe("so");
  });

  it("are none where what was kept makes no sense", () => {
    for (const text of ["", "null", "[", '{"comment":{"file":1}}', '{"replies":{"t":1}}', "7"]) {
      const drafts = new Drafts({ read: () => text, write: () => {} });
      expect([drafts.comment, drafts.reply("t")]).toEqual([undefined, ""]);
    }
  });
});
