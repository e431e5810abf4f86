// VS Code's texts for the edits of the bridge: found, compared, changed, and where the cursor goes.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { findDocument, findText, goTo, isShown } from "../../src/documents/openTexts";
import {
  begin,
  EndOfLine,
  Position,
  Range,
  Selection,
  TabInputText,
  TabInputTextDiff,
  Uri,
  type WorkspaceEdit,
  window,
  workspace,
} from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/a.py";
const VIRTUAL = "peerline-file://s1/a.py";
const RANGE = { start: { line: 0, character: 1 }, end: { line: 1, character: 0 } };

const getText = vi.fn();
const applyEdit = vi.fn(async (_edit: WorkspaceEdit) => true);

beforeEach(() => {
  begin();
  vi.clearAllMocks();
  Object.assign(workspace, { applyEdit });
  workspace.textDocuments = [A, VIRTUAL].map((uri) => ({
    ...{ uri: Uri.parse(uri), version: 7, eol: EndOfLine.LF },
    getText,
  }));
});

function open(...inputs: unknown[]): void {
  window.tabGroups.all = [{ tabs: [] }, { tabs: inputs.map((input) => ({ input })) }];
}

describe("an open document", () => {
  it("is found by its URI, however the bridge writes it", () => {
    expect(findDocument("peerline-file://S1/a.py")).toBe(workspace.textDocuments[1]);
    expect(findDocument("file:///w/b.py")).toBeUndefined();
    expect(findText("file:///w/b.py")).toBeUndefined();
    expect(findText(A)?.version).toBe(7);
  });

  it.each([
    ["a tab", [new TabInputText(Uri.parse(A))], true],
    ["a tab of another text", [new TabInputText(Uri.parse(VIRTUAL))], false],
    ["the right side of a diff", [new TabInputTextDiff(Uri.parse(VIRTUAL), Uri.parse(A))], true],
    ["the left side of a diff", [new TabInputTextDiff(Uri.parse(A), Uri.parse(VIRTUAL))], false],
    ["no tab of a text", [{ uri: Uri.parse(A) }, undefined], false],
    ["one tab of several", [undefined, new TabInputText(Uri.parse(A))], true],
  ])("is shown by %s", (_name, inputs, isIt) => {
    open(...inputs);
    expect(isShown(A)).toBe(isIt);
    expect(findText(A)?.isShown).toBe(isIt);
  });
});

describe("a text", () => {
  it.each([
    ["a\nb", "a\nb", true],
    ["a\r\nb", "a\nb", true],
    ["a\nb", "a\r\nb", true],
    ["a\nb", "a\nc", false],
  ])("%j has %j: %s", (text, newText, hasIt) => {
    getText.mockReturnValue(text);
    expect(findText(A)?.has({ range: RANGE, newText })).toBe(hasIt);
    expect(getText).toHaveBeenCalledWith(new Range(0, 1, 1, 0));
  });

  it.each([
    [EndOfLine.LF, "x\ny\n"],
    [EndOfLine.CRLF, "x\r\ny\r\n"],
  ])("is changed in one step, with its own line ends (%i)", async (eol, text) => {
    Object.assign(workspace.textDocuments[0] as object, { eol });
    const edits = [
      { range: RANGE, newText: "x\r\ny\n" },
      { range: RANGE, newText: "" },
    ];
    expect(await findText(A)?.apply(edits)).toBe(true);
    expect(applyEdit).toHaveBeenCalledOnce();
    const range = new Range(0, 1, 1, 0);
    expect(applyEdit.mock.calls[0]?.[0].replacements).toEqual([
      { uri: A, range, text },
      { uri: A, range, text: "" },
    ]);
  });

  it("that VS Code does not change is said to be unchanged", async () => {
    applyEdit.mockResolvedValueOnce(false);
    expect(await findText(A)?.apply([])).toBe(false);
  });
});

describe("the cursor", () => {
  const end = new Position(2, 0);
  const editor = {
    document: { uri: Uri.parse(A), validatePosition: vi.fn(() => end) },
    selection: undefined as unknown,
    revealRange: vi.fn(),
  };

  beforeEach(() => {
    editor.selection = undefined;
    window.activeTextEditor = editor;
  });

  it("goes to a place in the active editor, as far as its text goes", () => {
    goTo(A, { line: 9, character: 4 });
    expect(editor.document.validatePosition).toHaveBeenCalledWith(new Position(9, 4));
    expect(editor.selection).toEqual(new Selection(end, end));
    expect(editor.revealRange).toHaveBeenCalledWith(editor.selection, 2);
  });

  it("stays in the editor of another text, and without one", () => {
    goTo(VIRTUAL, { line: 9, character: 4 });
    window.activeTextEditor = undefined;
    goTo(A, { line: 9, character: 4 });
    expect(editor.selection).toBeUndefined();
    expect(editor.revealRange).not.toHaveBeenCalled();
  });
});
