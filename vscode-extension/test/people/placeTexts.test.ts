import { describe, expect, it } from "vitest";
import { followTexts, missingNote, missingPlace } from "../../src/people/placeTexts";

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

  it("is told of a followed participant with the reason", () => {
    const follow = { user_id: "u", username: "bob $(bug)" };
    expect(followTexts({ ...follow, uri: "file:///w/a.py" }, undefined)).toEqual({
      text: "$(eye) Following bob \\$(bug)",
      tooltip: "Move, type, scroll or press Escape to stop following",
      label: "Following bob $(bug). Move, type, scroll or press Escape to stop following.",
    });
    const reason = "bob is in .env, which is a file that stays private";
    const texts = followTexts({ ...follow, reason }, { file: ".env", line: 1 });
    expect(texts.text).toBe("$(eye) Following bob \\$(bug) (.env is not here)");
    expect(texts.tooltip).toContain("Bob is in .env, which is a file that stays private. Move");
    expect(texts.label).toContain("Bob is in .env, which is a file that stays private. Move");
    // The list of participants comes a moment later than the place that is followed.
    expect(followTexts({ ...follow, reason }, { ...bob, uri: "file:///w/b" }).text).toContain(
      "(not here)",
    );
  });

  it("is said of a followed participant in few words", () => {
    expect(missingNote(bob)).toBe("docs/guide.md is not here");
    expect(missingNote(undefined)).toBe("in no file now");
    expect(missingNote({})).toBe("in no file now");
    expect(missingNote({ ...bob, uri: "file:///w/docs/guide.md" })).toBe("");
  });
});
