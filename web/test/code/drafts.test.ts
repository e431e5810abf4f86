// Drafts of comments survive a reload.
import { describe, expect, it } from "vitest";
import { Drafts, type Place } from "../../src/code/drafts.ts";
import { LeftTexts } from "../../src/code/leftTexts.ts";

function shelf(): Place & { text: string | undefined } {
  return {
    text: undefined,
    read() {
      return this.text;
    },
    write(text: string) {
      this.text = text;
      return true;
    },
  };
}

const DRAFT = { id: "new:1", anchor: { file: "a.py", line: 2, end_line: 3 }, text: "why" };

describe("drafts", () => {
  it("are there again after a reload, until they are sent", () => {
    const place = shelf();
    const before = new Drafts(place);
    before.keepComment(DRAFT);
    before.keepComment({ ...DRAFT, id: "new:2", text: "" });
    before.keepComment({ ...DRAFT, text: "so", refusal: "it was too long" });
    before.keepReply("t1", "so");
    before.keepReply("t2", "no");
    before.keepReply("t2", "");
    const after = new Drafts(place);
    expect(after.comments.map(({ id }) => id)).toEqual(["new:1", "new:2"]);
    expect(after.comment("new:1")).toMatchObject({ text: "so", refusal: "it was too long" });
    expect([after.reply("t1"), after.reply("t2")]).toEqual(["so", ""]);
    expect(after.count).toBe(2);
    after.dropComment("new:1");
    expect(new Drafts(place).comment("new:1")).toBeUndefined();
    expect(new Drafts(place).reply("t1")).toBe("so");
  });

  it("are none where what was kept makes no sense", () => {
    const texts = ["", "null", "[", '{"comments":[{"id":1},3]}', '{"replies":{"t":1}}', "7"];
    for (const text of [...texts, '{"comments":{"file":1}}', '{"comments":[{"id":"new:1"}]}']) {
      const drafts = new Drafts({ read: () => text, write: () => true });
      expect([drafts.comments, drafts.reply("t")]).toEqual([[], ""]);
    }
  });
});

describe("texts that could not be kept", () => {
  it("are all there after a reload, each until it is deleted", () => {
    const place = shelf();
    const before = new LeftTexts(place);
    before.add("a.py", "one", "It is no longer shared.");
    before.add("b.py", "two", "It is no longer shared.");
    before.add("b.py", "two", "It is no longer shared.");
    const after = new LeftTexts(place);
    expect(after.items.map(({ file, text }) => [file, text])).toEqual([
      ["a.py", "one"],
      ["b.py", "two"],
    ]);
    after.drop(after.items[0]?.id ?? "");
    after.add("c.py", "three", "");
    expect(new LeftTexts(place).items.map(({ text }) => text)).toEqual(["two", "three"]);
  });

  it("are none where what was kept makes no sense", () => {
    for (const text of ["", "null", "{", '[{"id":"x"}]', "[1]", '[{"id":"1","file":"a"}]']) {
      expect(new LeftTexts({ read: () => text, write: () => true }).items).toEqual([]);
    }
  });
});
