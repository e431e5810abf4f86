import type { EditorFolderEntry, EditorOffer, EditorOffers } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import {
  changedOffers,
  type FolderRow,
  isFolder,
  newOfferNotice,
  offersOfOthers,
  rowDescription,
  rowId,
  rowLabel,
} from "../../src/documents/folderTexts";

function offer(user: string, changes: Partial<EditorOffer> = {}): EditorOffer {
  return {
    user_id: user,
    username: user,
    color: 1,
    name: "shop",
    files: 2,
    version: 1,
    ...changes,
  };
}

function offers(...list: EditorOffer[]): EditorOffers {
  return { offers: list };
}

function entry(changes: Partial<EditorFolderEntry>): FolderRow {
  return {
    kind: "entry",
    userId: "ann",
    entry: { name: "cart.py", path: "src/cart.py", kind: "file", ...changes },
  };
}

describe("the tree of shared folders", () => {
  it("has the folders of others, with their owners", () => {
    const all = offers(offer("ann"), offer("me", { is_me: true }));
    expect(offersOfOthers(all).map(({ user_id }) => user_id)).toEqual(["ann"]);
    const row: FolderRow = { kind: "offer", offer: offer("ann", { files: 1 }) };
    expect([rowLabel(row), rowDescription(row), isFolder(row)]).toEqual([
      "shop",
      "ann · 1 file",
      true,
    ]);
  });

  it("says which folders have more files than are offered", () => {
    const row: FolderRow = { kind: "offer", offer: offer("ann", { files: 19_998, is_cut: true }) };
    expect(rowDescription(row)).toBe("ann · the first 19998 files");
  });

  it("has files and folders, and says which are shared documents", () => {
    const file = entry({});
    expect([rowLabel(file), rowDescription(file), isFolder(file)]).toEqual(["cart.py", "", false]);
    expect(rowDescription(entry({ document_id: "d1" }))).toBe("shared");
    expect(isFolder(entry({ kind: "folder" }))).toBe(true);
    const more: FolderRow = { kind: "more", userId: "ann", path: "" };
    expect([rowLabel(more), rowDescription(more), isFolder(more)]).toEqual([
      "More entries are not shown",
      "",
      false,
    ]);
    expect(
      new Set([rowId(file), rowId(more), rowId({ kind: "offer", offer: offer("ann") })]).size,
    ).toBe(3);
  });

  it("shows names of others as one line of text", () => {
    expect(rowLabel(entry({ name: "a\nb" }))).toBe("a b");
  });

  it("is shown again when an offer or its files have changed", () => {
    const before = offers(offer("ann"), offer("bob"));
    expect([...changedOffers(before, before)]).toEqual([]);
    expect([...changedOffers(before, offers(offer("ann", { version: 2 })))]).toEqual([
      "ann",
      "bob",
    ]);
  });
});

describe("the notice about a folder", () => {
  it("comes for one of somebody else that is new", () => {
    const now = offers(offer("me", { is_me: true }), offer("ann"));
    expect(newOfferNotice(offers(), now)).toBe("ann shares the folder shop.");
    expect(newOfferNotice(now, offers(offer("ann", { version: 2 })))).toBeUndefined();
    expect(newOfferNotice(offers(), offers(offer("me", { is_me: true })))).toBeUndefined();
  });
});
