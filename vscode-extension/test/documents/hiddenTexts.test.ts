import { describe, expect, it } from "vitest";
import { HiddenTexts } from "../../src/documents/hiddenTexts";

const URI = "file:///w/a.py";
const yes = () => true;
const no = () => false;

describe("a shared document without a tab", () => {
  it("is hidden, and documents that are not shared are not", () => {
    const texts = new HiddenTexts();
    expect(texts.isHidden(URI, false, no)).toBe(false);
    expect(texts.isHidden(URI, true, yes)).toBe(false);
    expect(texts.isHidden(URI, true, no)).toBe(true);
  });

  it("stays hidden when its file does not count as shared any more", () => {
    const texts = new HiddenTexts();
    texts.isHidden(URI, true, no);
    expect(texts.isHidden(URI, false, no)).toBe(true);
    expect(texts.isHidden(URI, false, yes)).toBe(false);
    expect(texts.isHidden(URI, false, no)).toBe(false);
  });

  it("is forgotten with its document", () => {
    const texts = new HiddenTexts();
    texts.isHidden(URI, true, no);
    texts.forget(URI);
    expect(texts.isHidden(URI, false, no)).toBe(false);
  });
});
