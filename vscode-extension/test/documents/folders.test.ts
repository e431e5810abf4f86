// Shared folders: their tree, what opens from it, and what is said about them.
import type { EditorFolderEntry, EditorOffer } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SharedFolders } from "../../src/documents/folders";
import type { FolderRow } from "../../src/documents/folderTexts";
import { document } from "../documents";
import { Joined, settled } from "../joined";
import { begin, code, ThemeIcon, TreeItemCollapsibleState, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const OFFER: EditorOffer = { user_id: "bob", username: "bob", name: "shop", files: 2 } as never;
const FILE: EditorFolderEntry = { name: "a.py", path: "src/a.py", kind: "file" };
const FOLDER: EditorFolderEntry = { name: "src", path: "src", kind: "folder" };

let joined: Joined;
let folders: SharedFolders;
let changes: number;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: () => undefined, tell: () => undefined });
  joined = new Joined();
  folders = new SharedFolders(joined.session);
  changes = 0;
  folders.onDidChangeTreeData(() => {
    changes += 1;
  });
});

afterEach(() => {
  folders.dispose();
  vi.useRealTimers();
});

function offer(offers: EditorOffer[], isSharing = false): void {
  joined.session.handlers["peerline/offers"]({ offers, is_sharing: isSharing });
}

function entryRow(entry: EditorFolderEntry): FolderRow {
  return { kind: "entry", userId: "bob", entry };
}

describe("the tree", () => {
  it("lists the folders of others, and what is in each", async () => {
    offer([OFFER, { ...OFFER, user_id: "me", is_me: true }]);
    joined.answers.set("peerline.listFolder", { entries: [FOLDER], is_cut: false });
    const [root, ...others] = await folders.getChildren();
    expect(others).toEqual([]);
    const [src] = await folders.getChildren(root);
    joined.answers.set("peerline.listFolder", { entries: [FILE], is_cut: true });
    const rows = await folders.getChildren(src);
    expect(joined.requests).toEqual([
      ["peerline.listFolder", { path: "", user_id: "bob" }],
      ["peerline.listFolder", { path: "src", user_id: "bob" }],
    ]);
    expect(rows.map(({ kind }) => kind)).toEqual(["entry", "more"]);
    expect(await folders.getChildren(rows[1])).toEqual([]);
    expect(joined.requests).toHaveLength(2);
  });

  it("opens files, and unfolds folders", () => {
    const [file, folder] = [FILE, FOLDER].map((each) => folders.getTreeItem(entryRow(each)));
    expect(file?.command?.arguments).toEqual(["src/a.py", "bob"]);
    expect([file?.collapsibleState, file?.iconPath]).toEqual([
      TreeItemCollapsibleState.None,
      ThemeIcon.File,
    ]);
    expect(folder?.command).toBeUndefined();
    expect([folder?.collapsibleState, folder?.iconPath]).toEqual([
      TreeItemCollapsibleState.Collapsed,
      ThemeIcon.Folder,
    ]);
    const root = folders.getTreeItem({ kind: "offer", offer: OFFER });
    expect([root.collapsibleState, root.contextValue]).toEqual([1, "offer"]);
    const more = folders.getTreeItem({ kind: "more", userId: "bob", path: "src" });
    expect([more.collapsibleState, more.command, more.iconPath]).toEqual([0, undefined, undefined]);
  });

  it("is drawn again only when a folder has changed", () => {
    offer([OFFER]);
    offer([OFFER], true);
    expect(changes).toBe(1);
    offer([{ ...OFFER, files: 3 }]);
    expect(changes).toBe(2);
  });
});

describe("the folder of another participant", () => {
  const NOTICE = "info: bob shares the folder shop. [Show Files]";

  it("is said once, with its files a press away", async () => {
    code.presses = ["Show Files"];
    offer([OFFER]);
    offer([{ ...OFFER, files: 3 }]);
    await settled();
    expect(code.shown).toEqual([NOTICE, "command: peerline.folders.focus"]);
  });

  it("opens no tree unasked", async () => {
    offer([OFFER]);
    await settled();
    expect(code.shown).toEqual([NOTICE]);
  });
});

describe("a file of it", () => {
  const NO_FILE = { document_id: "d1", uri: "peerline-file://s1/src/a.py", has_file: false };

  it("opens at once where it is a file here", async () => {
    joined.answers.set("peerline.openShared", {
      ...NO_FILE,
      uri: "file:///w/a.py",
      has_file: true,
    });
    await folders.open("src/a.py", "bob");
    expect(joined.requests).toEqual([
      ["peerline.openShared", { file: "src/a.py", user_id: "bob" }],
    ]);
    expect(code.shown).toEqual(["document: file:///w/a.py"]);
  });

  it("opens once its document is listed, by which its text is found", async () => {
    joined.answers.set("peerline.openShared", NO_FILE);
    const opening = folders.open("src/a.py", "bob");
    await settled();
    joined.documents(document("d0"));
    await settled();
    expect(code.shown).toEqual([]);
    joined.documents(document("d0"), document("d1"));
    await opening;
    expect(code.shown).toEqual(["document: peerline-file://s1/src/a.py"]);
    await folders.open("src/a.py", "bob"); // it is listed now
    expect(code.shown).toHaveLength(2);
  });

  it("opens all the same if the list stays without it", async () => {
    vi.useFakeTimers();
    joined.answers.set("peerline.openShared", NO_FILE);
    const opening = folders.open("src/a.py", "bob");
    await vi.advanceTimersByTimeAsync(9_999);
    expect(code.shown).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await opening;
    expect(code.shown).toHaveLength(1);
  });

  it("is chosen in the tree by the command without one", async () => {
    await folders.open();
    expect([joined.requests, code.shown]).toEqual([[], ["command: peerline.folders.focus"]]);
  });
});

describe("one's own folder", () => {
  it("is shared, and how much of it is said", async () => {
    workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
    joined.answers.set("peerline.shareFolder", { name: "shop", files: 1, is_cut: false });
    await folders.share();
    joined.answers.set("peerline.shareFolder", { name: "shop", files: 5000, is_cut: true });
    await folders.share();
    const sent = "A file is sent when somebody opens it.";
    expect(code.shown).toEqual([
      `info: shop is shared: others can open 1 file of it. ${sent}`,
      `info: shop is shared: others can open the first 5000 files of it. ${sent} Share other files one by one.`,
    ]);
  });

  it("has to be open", async () => {
    await folders.share();
    expect(joined.requests).toEqual([]);
    expect(code.shown).toEqual(["warning: Open the folder that you want to share."]);
  });

  it.each([
    [true, [["peerline.shareFolder", undefined]]],
    [false, []],
  ])("is shared again after a crash of the bridge if it was (%s)", async (isSharing, requests) => {
    offer([], isSharing);
    joined.session.suspend("The bridge has crashed.");
    joined.attach();
    offer([]); // as the next bridge begins
    joined.state({});
    await settled();
    expect(joined.requests).toEqual(requests);
  });
});
