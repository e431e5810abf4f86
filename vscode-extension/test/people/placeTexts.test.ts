import { describe, expect, it } from "vitest";
import { missingNote, missingPlace } from "../../src/people/placeTexts";

const bob = { username: "bob", file: "docs/guide.md", line: 7 };

describe("a place that one cannot go to", () => {
  it("is named, with the reason", () => {
    expect(missingPlace(bob)).toBe(
      "bob is in docs/guide.md:7, which is not in a folder that is open here.",
    );
    expect(missingPlace({ ...bob, line: undefined })).toContain("docs/guide.md, which");
    expect(missingPlace({ ...bob, uri: "file:///w/docs/guide.md" })).toBe(
      "bob is in docs/guide.md:7, which cannot be opened here.",
    );
    expect(missingPlace({ username: "bob" })).toBe("bob is in no file of the session now.");
  });

  it("is one line, whatever the file is called", () => {
    const text = missingPlace({
      username: "a\nb",
      file: `x\u001b[2J\n${"y".repeat(900)}`,
      line: 1,
    });
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(text.length).toBeLessThan(300);
  });

  it("is said of a followed participant in few words", () => {
    expect(missingNote(bob)).toBe("docs/guide.md is not here");
    expect(missingNote(undefined)).toBe("in no file now");
    expect(missingNote({})).toBe("in no file now");
    expect(missingNote({ ...bob, uri: "file:///w/docs/guide.md" })).toBe("");
  });
});
