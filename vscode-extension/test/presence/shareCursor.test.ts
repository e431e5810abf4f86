// The own cursor: what of it is sent, and when one counts as elsewhere.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { shareCursor } from "../../src/presence/shareCursor";
import { Joined } from "../joined";
import { begin, type Disposable, Range, Selection, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/a.py";
const BOOK = "file:///w/plots.ipynb";
const CELL = "vscode-notebook-cell:/w/plots.ipynb?1";

let joined: Joined;
let sharing: Disposable;

beforeEach(() => {
  vi.useFakeTimers();
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
  joined = new Joined();
  sharing = shareCursor(joined.session) as never;
});

afterEach(() => {
  sharing.dispose();
  vi.useRealTimers();
});

function editorOf(uri: string, ...place: [number, number, number, number]) {
  const selection = new Selection(...place);
  const isEmpty = selection.start.isEqual(selection.end);
  return {
    document: { uri: Uri.parse(uri), version: 3 },
    selection: Object.assign(selection, { isEmpty, active: selection.end }),
    visibleRanges: [new Range(0, 0, 9, 0), new Range(20, 0, 30, 0)],
  };
}

/** Move the cursor of the active editor. */
function move(uri: string, ...place: [number, number, number, number]): void {
  const editor = editorOf(uri, ...place);
  window.activeTextEditor = editor;
  window.select({ textEditor: editor });
  vi.advanceTimersByTime(30);
}

function cursors(): unknown[] {
  return joined.notified.map(([, cursor]) => cursor);
}

const AT_TWO = {
  ...{ textDocument: { uri: A, version: 3 }, position: { line: 2, character: 4 } },
  viewport: { start: 0, end: 30 },
};

describe("the cursor", () => {
  it("is sent with the selection and all visible lines", () => {
    move(A, 2, 4, 2, 4);
    move(A, 2, 4, 3, 1);
    expect(cursors()).toEqual([
      AT_TWO,
      {
        ...AT_TWO,
        position: { line: 3, character: 1 },
        selection: { start: { line: 2, character: 4 }, end: { line: 3, character: 1 } },
      },
    ]);
  });

  it("is not sent again while it stays, whatever the version of the text", () => {
    move(A, 2, 4, 2, 4);
    const editor = editorOf(A, 2, 4, 2, 4);
    Object.assign(editor.document, { version: 4 });
    window.activate(editor);
    vi.advanceTimersByTime(1000);
    expect(cursors()).toHaveLength(1);
  });

  it("is that of the active editor", () => {
    window.activeTextEditor = editorOf(A, 2, 4, 2, 4);
    window.select({ textEditor: editorOf(A, 7, 0, 7, 0) });
    window.scroll(editorOf(A, 7, 0, 7, 0));
    vi.advanceTimersByTime(1000);
    expect(cursors()).toEqual([]);
  });

  it("is sent again after joining, and to nobody without a session", () => {
    move(A, 2, 4, 2, 4);
    joined.state({ state: "offline" });
    move(A, 5, 0, 5, 0);
    expect(cursors()).toHaveLength(1);
    move(A, 2, 4, 2, 4);
    joined.state({});
    vi.advanceTimersByTime(30);
    expect(cursors()).toEqual([AT_TWO, AT_TWO]);
  });
});

describe("elsewhere", () => {
  it.each([
    ["no editor", undefined],
    ["a file outside of the session", editorOf("file:///etc/passwd", 0, 0, 0, 0)],
  ])("is one in %s, after a moment", (_name, editor) => {
    move(A, 2, 4, 2, 4);
    window.activate(editor);
    vi.advanceTimersByTime(330);
    expect(cursors()).toEqual([AT_TWO, {}]);
  });

  it("is nobody who only changes the editor", () => {
    move(A, 2, 4, 2, 4);
    window.activate(undefined);
    vi.advanceTimersByTime(250);
    move(A, 5, 0, 5, 0);
    vi.advanceTimersByTime(1000);
    expect(cursors().map((cursor) => (cursor as typeof AT_TWO).position?.line)).toEqual([2, 5]);
  });

  it.each(["comment://peerline/1", "chatSessionInput:1"])("is nobody who writes in %s", (uri) => {
    move(A, 2, 4, 2, 4);
    window.activate(undefined);
    vi.advanceTimersByTime(100);
    window.activate(editorOf(uri, 0, 0, 0, 0));
    vi.advanceTimersByTime(1000);
    expect(cursors()).toEqual([AT_TWO]);
  });
});

describe("a cell of a notebook", () => {
  /** A notebook with two cells; the second is selected. */
  function openBook(uri = BOOK): void {
    const notebook = { uri: Uri.parse(uri), cellCount: 2, getCells: () => cells, cellAt };
    const cells = [0, 1].map((index) => {
      const document = { uri: Uri.parse(`vscode-notebook-cell:/w/plots.ipynb?${index}`) };
      return { index, notebook, document };
    });
    function cellAt(index: number) {
      return cells[Math.min(index, 1)]; // as VS Code answers
    }
    workspace.notebookDocuments = [notebook];
    window.activeNotebookEditor = { notebook, selection: { start: 1 } };
  }

  it("has the cursor of its editor, under the number of the cell", () => {
    openBook();
    move(CELL, 2, 4, 2, 4);
    const { position } = AT_TWO;
    expect(cursors()).toEqual([{ textDocument: { uri: BOOK }, cell: 1, position }]);
  });

  it("counts as its beginning when it is only selected", () => {
    openBook();
    window.activate(undefined);
    vi.advanceTimersByTime(30);
    expect(cursors()).toEqual([
      { textDocument: { uri: BOOK }, cell: 1, position: { line: 0, character: 0 } },
    ]);
  });

  it("is not told of a notebook outside of the session, or without cells", () => {
    openBook("file:///etc/plots.ipynb");
    move(CELL, 2, 4, 2, 4);
    vi.advanceTimersByTime(300);
    expect(cursors()).toEqual([{}]);
    openBook();
    Object.assign(window.activeNotebookEditor as object, { selection: { start: 2 } });
    window.activate(undefined);
    vi.advanceTimersByTime(330);
    expect(cursors()).toEqual([{}]);
  });
});
