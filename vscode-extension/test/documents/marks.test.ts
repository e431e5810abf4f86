// The marks of shared files: which are drawn again, and the item of the file in the active editor.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { activeDocument, DocumentMarks, sharedDocument } from "../../src/documents/marks";
import { document } from "../documents";
import { Joined } from "../joined";
import { begin, FileDecoration, ThemeColor, Uri, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/src/a.py";
const B = "file:///w/src/b.py";
const other = document("d2", { file: "src/b.py", uri: B });

const item = {
  ...{ text: "", tooltip: "", backgroundColor: undefined as unknown },
  accessibilityInformation: undefined as unknown,
  isShown: false,
  isDisposed: false,
  show: () => Object.assign(item, { isShown: true }),
  hide: () => Object.assign(item, { isShown: false }),
  dispose: () => Object.assign(item, { isDisposed: true }),
};

let joined: Joined;
let marks: DocumentMarks;
/** The URIs that were drawn again, each time. */
let drawn: string[][];

beforeEach(() => {
  begin();
  Object.assign(item, { text: "", isShown: false, isDisposed: false, backgroundColor: undefined });
  vi.spyOn(window, "createStatusBarItem").mockReturnValue(item as never);
  joined = new Joined();
  marks = new DocumentMarks(joined.session);
  drawn = [];
  marks.onDidChangeFileDecorations((uris) => {
    drawn.push((uris as Uri[]).map(String));
  });
});

afterEach(() => marks.dispose());

function activate(uri: string | undefined): void {
  window.activate(uri && { document: { uri: Uri.parse(uri) } });
}

describe("a shared file", () => {
  it("is marked, and others are not", () => {
    joined.documents(document());
    expect(marks.provideFileDecoration(Uri.parse(A) as never)).toEqual(
      new FileDecoration("⇄", "Shared with the session"),
    );
    expect(marks.provideFileDecoration(Uri.parse(B) as never)).toBeUndefined();
  });

  it("is found by its URI as VS Code writes it", () => {
    const virtual = document("d3", { uri: "peerline-file://S1/a.py" });
    joined.documents(virtual);
    const uri = "peerline-file://s1/a.py";
    expect(marks.provideFileDecoration(Uri.parse(uri) as never)).toBeDefined();
    expect(sharedDocument(joined.session, uri)).toEqual(virtual);
    activate(uri);
    expect(activeDocument(joined.session)).toEqual(virtual);
    activate(undefined);
    expect(activeDocument(joined.session)).toBeUndefined();
  });

  it("is drawn again when its mark changes, comes or goes, and not by anything else", () => {
    joined.documents(document());
    joined.documents(document("d1", { pending: 3 }));
    joined.documents(document("d1", { state: "detached" }), other);
    joined.documents(other);
    expect(drawn).toEqual([[A], [A, B], [A]]);
    expect(marks.provideFileDecoration(Uri.parse(A) as never)).toBeUndefined();
  });
});

describe("the item in the status bar", () => {
  it("is about the file in the active editor, and hidden for others", () => {
    joined.documents(document());
    expect(item.isShown).toBe(false);
    activate(A);
    expect([item.isShown, item.text]).toEqual([true, "$(live-share) Shared"]);
    expect(item.accessibilityInformation).toEqual({
      label: expect.stringContaining("Shared by ann."),
    });
    activate(B);
    expect(item.isShown).toBe(false);
  });

  it("follows the file, and warns where the texts differ", () => {
    activate(A);
    joined.documents(document("d1", { state: "different" }));
    expect(item.text).toBe("$(warning) Differs");
    expect(item.backgroundColor).toEqual(new ThemeColor("statusBarItem.warningBackground"));
    joined.documents(document());
    expect(item.backgroundColor).toBeUndefined();
    joined.documents();
    expect(item.isShown).toBe(false);
  });

  it("goes with the marks", () => {
    activate(A);
    marks.dispose();
    joined.documents(document());
    expect([item.isDisposed, item.isShown, drawn]).toEqual([true, false, []]);
  });
});
