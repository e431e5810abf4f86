import { describe, expect, it } from "vitest";
import { type ChangeFacts, isReload } from "../../src/documents/reload";

const FROM_DISK: ChangeFacts = {
  scheme: "file",
  isDirty: false,
  isUndo: false,
  isShared: true,
  isOwnEdit: false,
  isOnDisk: () => true,
};

describe("a change", () => {
  it("that leaves a shared file as it is on the disk is a reload", () => {
    expect(isReload(FROM_DISK)).toBe(true);
  });

  it.each<[string, Partial<ChangeFacts>]>([
    ["by typing", { isDirty: true }],
    ["by the first key, which VS Code has not seen yet", { isOnDisk: () => false }],
    ["by an undo that leads back to what is saved", { isUndo: true }],
    ["by others in a read-only document", { isOwnEdit: true }],
    ["of a file that is not shared", { isShared: false }],
    ["of a document that is no file here", { scheme: "peerline-file" }],
  ])("%s is none", (_, facts) => {
    expect(isReload({ ...FROM_DISK, ...facts })).toBe(false);
  });

  it("by typing does not read the disk", () => {
    const isOnDisk = () => {
      throw new Error("it was read");
    };
    expect(isReload({ ...FROM_DISK, isDirty: true, isOnDisk })).toBe(false);
  });
});
