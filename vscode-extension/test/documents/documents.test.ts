// The parts of shared documents together: the answers to the bridge, the checks and the keys.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { QUIET_MS } from "../../src/documents/checks";
import { SharedDocuments } from "../../src/documents/documents";
import type { SharedRules } from "../../src/documents/textSync";
import { document } from "../documents";
import { Joined } from "../joined";
import {
  begin,
  commands,
  EndOfLine,
  Position,
  Selection,
  TabInputText,
  Uri,
  window,
  workspace,
} from "../vscode";

vi.mock("vscode", () => import("../vscode"));
vi.mock("vscode-languageclient/node", () => import("vscode-languageserver-protocol"));

const A = "file:///w/src/a.py";

const sync = {
  rules: {} as SharedRules,
  use: (rules: SharedRules) => Object.assign(sync, { rules }),
  flushed: vi.fn(async (_uri: string) => undefined),
  update: vi.fn(),
};
const setContext = vi.spyOn(commands, "executeCommand");
/** Whether VS Code makes the next edit, and whose it was taken for. */
const next = { isApplied: true, wasOwn: undefined as boolean | undefined };

async function applyEdit(): Promise<boolean> {
  open.version += next.isApplied ? 1 : 0;
  next.wasOwn = sync.rules.isOwnEdit(A, open.version);
  return next.isApplied;
}

let joined: Joined;
let documents: SharedDocuments;
let open: { uri: Uri; version: number; eol: number; getText(): string };

beforeEach(() => {
  vi.useFakeTimers();
  begin();
  vi.clearAllMocks();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  Object.assign(workspace, { applyEdit });
  open = { uri: Uri.parse(A), version: 7, eol: EndOfLine.CRLF, getText: () => "one\r\ntwo\r\n" };
  workspace.textDocuments = [open];
  window.tabGroups.all = [{ tabs: [{ input: new TabInputText(open.uri) }] }];
  joined = new Joined();
  documents = new SharedDocuments(joined.session, sync as never);
});

afterEach(() => {
  documents.dispose();
  vi.useRealTimers();
});

/** The keys that were set, by the last value. */
function keys(): Record<string, unknown> {
  const set = setContext.mock.calls.filter(([command]) => command === "setContext");
  return Object.fromEntries(set.map(([, key, value]) => [key, value]));
}

describe("the bridge's request for a text", () => {
  it("is answered with LF line ends, whether the file is shared or not", async () => {
    expect(await documents.requests["peerline/text"]?.({ uri: A } as never)).toEqual({
      ...{ version: 7, text: "one\ntwo\n" },
    });
  });

  it("is refused for a document that is not open", async () => {
    const asked = documents.requests["peerline/text"]?.({ uri: "file:///w/b.py" } as never);
    await expect(asked).rejects.toThrow("no such document is open");
  });
});

describe("the bridge's edit", () => {
  const edit = {
    ...{ uri: A, version: 7 },
    edits: [
      {
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        newText: "ab",
      },
    ],
  };
  const editor = {
    document: { uri: Uri.parse(A), validatePosition: (at: Position) => at },
    selection: undefined as unknown,
    revealRange: vi.fn(),
  };

  beforeEach(() => {
    editor.selection = undefined;
    window.activeTextEditor = editor;
  });

  it.each([
    ["of the user's own steps takes the cursor along", true, true, new Position(0, 2)],
    ["of others leaves the cursor", false, true, undefined],
    ["that was not made leaves the cursor", true, false, undefined],
  ])("%s", async (_name, is_own_step, applied, place) => {
    next.isApplied = applied;
    const answer = await documents.requests["peerline/edit"]?.({ ...edit, is_own_step } as never);
    expect(answer).toMatchObject({ applied });
    expect(next.wasOwn).toBe(applied);
    expect(sync.flushed.mock.calls).toEqual(applied ? [[A]] : []);
    expect(editor.selection).toEqual(place && new Selection(place, place));
  });
});

describe("the rules of the text synchronization", () => {
  it("are those of the documents that are shared and shown now", () => {
    expect(sync.rules.isShared(A)).toBe(false);
    joined.documents(document());
    expect(sync.rules.isShared(A)).toBe(true);
    expect(sync.update).toHaveBeenCalledOnce();
    expect(sync.rules.isShown(A)).toBe(true);
    expect(sync.rules.isOwnEdit(A, 7)).toBe(false);
  });
});

describe("a change", () => {
  /** The checks that the bridge was sent after quiet. */
  function checks(): unknown[] {
    workspace.changeText({ document: open });
    vi.advanceTimersByTime(QUIET_MS);
    return joined.notified.filter(([method]) => method === "peerline/check");
  }

  it("of a shared document that is shown is checked after quiet", () => {
    joined.documents(document());
    expect(checks()).toEqual([
      ["peerline/check", { uri: A, version: 7, hash: expect.stringMatching(/^sha256:/) }],
    ]);
  });

  it("is not checked where the document is not shared", () => {
    expect(checks()).toEqual([]);
  });

  it("is not checked where the texts are known to differ", () => {
    joined.documents(document("d1", { state: "different" }));
    expect(checks()).toEqual([]);
  });

  it("is not checked where no tab shows the document, or it was closed", () => {
    joined.documents(document());
    window.tabGroups.all = [];
    expect(checks()).toEqual([]);
    window.tabGroups.all = [{ tabs: [{ input: new TabInputText(open.uri) }] }];
    workspace.textDocuments = [];
    expect(checks()).toEqual([]);
  });
});

describe("the context keys", () => {
  function activate(uri: string): void {
    window.activate({ document: { uri: Uri.parse(uri) } });
  }

  it("are about the document in the active editor", () => {
    activate(A);
    joined.documents(document("d1", { can_unshare: true }));
    expect(keys()).toMatchObject({
      ...{ "peerline.sharedDocument": true, "peerline.documentDiffers": false },
      "peerline.canUnshare": true,
    });
    joined.documents(document("d1", { state: "different" }));
    expect(keys()).toMatchObject({
      ...{ "peerline.sharedDocument": false, "peerline.documentDiffers": true },
      "peerline.canUnshare": false,
    });
    activate("file:///w/other.py");
    expect(keys()).toMatchObject({ "peerline.documentDiffers": false });
  });

  it("list the shared documents, and those that the user may unshare", () => {
    const virtual = document("d2", { uri: "peerline-file://S1/b.py", can_unshare: true });
    joined.documents(document(), virtual);
    expect(keys()).toMatchObject({
      "peerline.sharedUris": [A, "peerline-file://s1/b.py"],
      "peerline.unshareableUris": ["peerline-file://s1/b.py"],
    });
  });
});
