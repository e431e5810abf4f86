// The marks of shared files: which files are decorated, and what the status bar says.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { activeDocument, DocumentMarks, sharedDocument } from "../../src/documents/marks";
import { document } from "../documents";
import { Joined } from "../joined";
import { begin, Uri, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/src/a.py";

let joined: Joined;
let marks: DocumentMarks;
let changed: string[][];
let item: { text: string; isShown: boolean; backgroundColor?: { id: string } };

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  vi.spyOn(window, "createStatusBarItem").mockImplementation(() => {
    const made = { text: "", isShown: false, dispose: () => undefined };
    item = made;
    return Object.assign(made, {
      show: () => Object.assign(made, { isShown: true }),
      hide: () => Object.assign(made, { isShown: false }),
    });
  });
  joined = new Joined();
  marks = new DocumentMarks(joined.session);
  changed = [];
  marks.onDidChangeFileDecorations((uris) => changed.push(uris.map(String).sort()));
});

afterEach(() => {
  marks.dispose();
  vi.restoreAllMocks();
});

describe("the explorer", () => {
  it("marks what is shared", () => {
    joined.documents(document());
    expect(changed).toEqual([[A]]);
    expect(marks.provideFileDecoration(Uri.parse(A) as never)).toMatchObject({
      badge: "⇄",
      tooltip: "Shared with the session",
    });
    expect(marks.provideFileDecoration(Uri.parse("file:///w/b.py") as never)).toBeUndefined();
  });

  it("is told of what has changed, and of nothing else", () => {
    const b = document("d2", { file: "src/b.py", uri: "file:///w/src/b.py" });
    joined.documents(document(), b);
    joined.documents(document("d1", { pending: 3 }), b);
    expect(changed).toEqual([[A, "file:///w/src/b.py"]]);
    joined.documents(b);
    expect(changed.at(-1)).toEqual([A]);
    expect(marks.provideFileDecoration(Uri.parse(A) as never)).toBeUndefined();
  });
});

describe("the status bar", () => {
  it("is of the active editor", () => {
    joined.documents(document());
    expect(item.isShown).toBe(false);
    window.activate({ document: { uri: Uri.parse(A) } });
    expect(item).toMatchObject({ isShown: true, text: expect.stringContaining("Shared") });
    expect(item.backgroundColor).toBeUndefined();
    window.activate({ document: { uri: Uri.parse("file:///w/b.py") } });
    expect(item.isShown).toBe(false);
    window.activate(undefined);
    expect(item.isShown).toBe(false);
  });

  it("warns of a text that differs, until it is equal again", () => {
    window.activate({ document: { uri: Uri.parse(A) } });
    joined.documents(document("d1", { state: "different" }));
    expect(item.text).toContain("Differs");
    expect(item.backgroundColor?.id).toBe("statusBarItem.warningBackground");
    joined.documents(document());
    expect(item.backgroundColor).toBeUndefined();
  });
});

it("finds the document of an editor and of a URI", () => {
  joined.documents(document());
  expect(activeDocument(joined.session)).toBeUndefined();
  window.activate({ document: { uri: Uri.parse(A) } });
  expect(activeDocument(joined.session)?.document_id).toBe("d1");
  expect(sharedDocument(joined.session, "file:///w/b.py")).toBeUndefined();
});
