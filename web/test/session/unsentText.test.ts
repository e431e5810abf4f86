import { describe, expect, it } from "vitest";
import { unsentText } from "../../src/session/unsentText.ts";

const NOTHING = { messages: 0, files: 0, texts: 0, drafts: 0 };

describe("what was not sent yet", () => {
  it.each([
    [NOTHING, undefined],
    [{ ...NOTHING, messages: 1 }, "Not sent yet: 1 message."],
    [{ ...NOTHING, messages: 2, drafts: 1 }, "Not sent yet: 2 messages and 1 draft."],
    [
      { messages: 1, files: 2, texts: 1, drafts: 3 },
      "Not sent yet: 1 message, 2 files with edits, 1 text that could not be kept and 3 drafts.",
    ],
  ])("%o", (counts, text) => {
    expect(unsentText(counts)).toBe(text);
  });
});
