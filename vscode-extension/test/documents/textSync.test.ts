import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TextDocument } from "vscode";
import { type SharedRules, TextSync } from "../../src/documents/textSync";
import { begin, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));
// The client itself needs a real VS Code; the names of its messages are the protocol's.
vi.mock("vscode-languageclient/node", () => import("vscode-languageserver-protocol"));

let folder: string;
let sync: TextSync;
/** Everything that the bridge was sent. */
let sent: string[];
let shared: Set<string>;
let shownInTabs: boolean;
let isOwnEdit: boolean;

const rules: SharedRules = {
  isShared: (uri) => shared.has(uri),
  isShown: () => shownInTabs,
  isOwnEdit: () => isOwnEdit,
};

beforeEach(async () => {
  begin();
  folder = await realpath(await mkdtemp(join(tmpdir(), "peerline-")));
  workspace.workspaceFolders = [{ uri: Uri.file(folder) }];
  sent = [];
  shared = new Set();
  shownInTabs = true;
  isOwnEdit = false;
  sync = new TextSync();
  sync.use(rules);
  sync.begin();
  sync.attach({ getFeature: feature } as never);
});

afterEach(() => rm(folder, { recursive: true }));

/** A feature of the client, whose messages go through the middleware. */
function feature(method: string) {
  const send = (document: TextDocument) =>
    method === "textDocument/didOpen"
      ? sync.middleware.didOpen?.(document, async () => void sent.push("open"))
      : sync.middleware.didClose?.(document, async () => void sent.push("close"));
  return { getProvider: () => ({ send }) };
}

function document(name = "a.py", text = "one\n", isDirty = false): TextDocument {
  const uri = name.includes(":") ? Uri.parse(name) : Uri.file(join(folder, name));
  return { uri, version: 2, isDirty, getText: () => text } as never;
}

function open(opened: TextDocument): Promise<void> | undefined {
  return sync.middleware.didOpen?.(opened, async () => void sent.push("open"));
}

function change(
  changed: TextDocument,
  next: () => Promise<void> = async () => void sent.push("change"),
) {
  return sync.middleware.didChange?.({ document: changed, contentChanges: [] } as never, next);
}

describe("the bridge", () => {
  it.each([
    ["a.py", ["open", "change"]],
    ["peerline-file://one/a.py", ["open", "change"]],
    ["file:///elsewhere/a.py", []],
    ["untitled:/a.py", []],
  ])("hears of %s: %j", async (name, expected) => {
    await open(document(name));
    await open(document(name));
    await change(document(name));
    expect(sent).toEqual(expected);
  });

  it("hears of saving and closing only if it knows the document, and once", async () => {
    const { willSave, didSave, didClose } = sync.middleware;
    const act = async () => {
      await willSave?.({ document: document() } as never, async () => void sent.push("will save"));
      await didSave?.(document(), async () => void sent.push("save"));
      await didClose?.(document(), async () => void sent.push("close"));
    };
    await act();
    expect(sent).toEqual([]);
    await open(document());
    await act();
    await act();
    expect(sent).toEqual(["open", "will save", "save", "close"]);
  });

  it("is told of documents that came into the workspace or left it", async () => {
    workspace.textDocuments = [document(), document("file:///elsewhere/b.py")];
    sync.update();
    await vi.waitFor(() => expect(sent).toEqual(["open"]));
    sync.update();
    workspace.workspaceFolders = [];
    workspace.changeFolders();
    await vi.waitFor(() => expect(sent).toEqual(["open", "close"]));
    sync.detach();
    workspace.workspaceFolders = [{ uri: Uri.file(folder) }];
    sync.update();
    expect(sent).toEqual(["open", "close"]);
  });

  it("that was started again knows no document", async () => {
    await open(document());
    sync.begin();
    await change(document());
    expect(sent).toEqual(["open"]);
  });

  it("does not hear of a shared document that no tab shows, until one does", async () => {
    shared.add(document().uri.toString());
    shownInTabs = false;
    workspace.textDocuments = [document()];
    await open(document());
    expect(sent).toEqual([]);
    shownInTabs = true;
    window.tabGroups.fire();
    await vi.waitFor(() => expect(sent).toEqual(["open"]));
  });

  it("hears of one again that was hidden while it was shared", async () => {
    shared.add(document().uri.toString());
    shownInTabs = false;
    await open(document());
    await sync.middleware.didClose?.(document(), async () => void sent.push("close"));
    shared.clear();
    await open(document());
    expect(sent).toEqual(["open"]);
  });
});

describe("a change", () => {
  it("that is what the file has now is sent as another opening", async () => {
    await writeFile(join(folder, "a.py"), "\ufeffone\r\n");
    await open(document());
    await change(document());
    shared.add(document().uri.toString());
    await change(document());
    expect(sent).toEqual(["open", "change", "close", "open"]);
  });

  it.each<[string, { text?: string; name?: string; isDirty?: true; isOwn?: true }]>([
    ["another text", { text: "two\n" }],
    ["unsaved text", { isDirty: true }],
    ["an edit of the bridge", { isOwn: true }],
    ["no file any more", { name: "b.py" }],
  ])("with %s is sent as it is", async (_, { name = "a.py", text = "one\n", ...facts }) => {
    await writeFile(join(folder, "a.py"), "one\n");
    const changed = document(name, text, "isDirty" in facts);
    isOwnEdit = "isOwn" in facts;
    shared.add(changed.uri.toString());
    await open(changed);
    await change(changed);
    expect(sent).toEqual(["open", "change"]);
  });

  it("is waited for, whatever became of it and of later ones", async () => {
    await open(document());
    let reject = (_: Error): void => undefined;
    const promise = new Promise<void>((_, refuse) => {
      reject = refuse;
    });
    const uri = document().uri.toString();
    const first = Promise.resolve(change(document(), () => promise)).catch(() => "failed");
    await change(document());
    let isFlushed = false;
    const flushed = sync.flushed(uri).then(() => {
      isFlushed = true;
    });
    await sync.flushed("file:///other");
    expect(isFlushed).toBe(false);
    reject(new Error("gone"));
    expect(await first).toBe("failed");
    await flushed;
    // A rejection that nobody handles would end this run of the tests.
    await expect(change(document(), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await sync.flushed(uri);
  });
});
