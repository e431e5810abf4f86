// VS Code's text documents: found, compared with the edits of the bridge, and edited.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { findDocument, findText, goTo, isShown } from "../../src/documents/openTexts";
import {
  begin,
  EndOfLine,
  Position,
  TabInputText,
  TabInputTextDiff,
  Uri,
  window,
  workspace,
} from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/a.py";
const RANGE = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };

let replaced: string[];
let isTaken: boolean;

beforeEach(() => {
  begin();
  replaced = [];
  isTaken = true;
  const applyEdit = async ({ texts }: { readonly texts: readonly string[] }) => {
    replaced.push(...texts);
    return isTaken;
  };
  Object.assign(workspace, { applyEdit });
});

function open(text: string, eol = EndOfLine.LF): void {
  workspace.textDocuments = [
    { uri: Uri.parse("file:///w/b.py") },
    { uri: Uri.parse(A), version: 7, eol, getText: () => text },
  ];
}

describe("a document", () => {
  it("is found by its URI while it is open", () => {
    open("one\n");
    expect(findDocument(A)).toBe(workspace.textDocuments[1]);
    expect(findText(A)?.version).toBe(7);
    expect(findDocument("file:///w/c.py")).toBeUndefined();
    expect(findText("file:///w/c.py")).toBeUndefined();
  });

  it("is shown if a tab has it, also as the changed side of a comparison", () => {
    open("");
    expect(findText(A)?.isShown).toBe(false);
    const [old, now] = [Uri.parse("git:///w/a.py"), Uri.parse(A)];
    window.tabGroups.all = [{ tabs: [{ input: "a terminal" }] }, { tabs: [] }];
    expect(isShown(A)).toBe(false);
    window.tabGroups.all[1]?.tabs.push({ input: new TabInputTextDiff(old, now) });
    expect(isShown(A)).toBe(true);
    expect(isShown(old.toString())).toBe(false);
    window.tabGroups.all = [{ tabs: [{ input: new TabInputText(now) }] }];
    expect(findText(A)?.isShown).toBe(true);
  });

  it("has an edit whose text is there, whatever ends its lines", () => {
    open("one\r\n", EndOfLine.CRLF);
    expect(findText(A)?.has({ range: RANGE, newText: "one\n" })).toBe(true);
    expect(findText(A)?.has({ range: RANGE, newText: "two\n" })).toBe(false);
  });
});

describe("an edit", () => {
  it.each([
    ["LF", EndOfLine.LF, "one\ntwo\n"],
    ["CRLF", EndOfLine.CRLF, "one\r\ntwo\r\n"],
  ])("gets the ends of lines of its document: %s", async (_name, eol, text) => {
    open("", eol);
    expect(await findText(A)?.apply([{ range: RANGE, newText: "one\r\ntwo\n" }])).toBe(true);
    expect(replaced).toEqual([text]);
  });

  it("says that VS Code did not take it", async () => {
    open("");
    isTaken = false;
    expect(await findText(A)?.apply([{ range: RANGE, newText: "x" }])).toBe(false);
  });
});

describe("the cursor", () => {
  it("goes to a place of the document in the active editor, and nowhere in another", () => {
    const editor = {
      document: {
        uri: Uri.parse(A),
        validatePosition: ({ line }: Position) => new Position(Math.min(line, 3), 0),
      },
      selection: undefined as unknown,
      revealRange: vi.fn(),
    };
    goTo(A, { line: 1, character: 0 });
    window.activeTextEditor = editor;
    goTo("file:///w/b.py", { line: 1, character: 0 });
    expect(editor.selection).toBeUndefined();
    goTo(A, { line: 9, character: 4 });
    expect(editor.selection).toMatchObject({ start: { line: 3, character: 0 } });
    expect(editor.revealRange).toHaveBeenCalledWith(editor.selection, 2);
  });
});
