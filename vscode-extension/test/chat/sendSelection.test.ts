// The selected code as a message quotes it.
import { beforeEach, expect, it, vi } from "vitest";
import { selectionForChat } from "../../src/chat/sendSelection";
import { begin, code, type Position, Selection, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const LINES = ["def one():", "    return 1", "", "two = 2"];

beforeEach(() => {
  begin();
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
});

function editor(path: string, ...places: [number, number, number, number]) {
  const selection = new Selection(...places);
  const isEmpty = selection.start.isEqual(selection.end);
  return {
    selection: Object.assign(selection, { isEmpty }),
    document: {
      uri: Uri.file(path),
      languageId: "python",
      lineAt: (line: number) => ({ text: LINES[line] }),
      getText: ({ start, end }: { start: Position; end: Position }) =>
        isEmpty ? "" : LINES.slice(start.line, end.line + (end.character > 0 ? 1 : 0)).join("\n"),
    },
  } as never;
}

it("has its place and its text, of whole lines without the next one", () => {
  expect(selectionForChat(editor("/w/src/a.py", 0, 0, 2, 0))).toBe(
    "`src/a.py:1-2`\n```python\ndef one():\n    return 1\n```\n",
  );
});

it("is the line of the cursor if nothing is selected", () => {
  expect(selectionForChat(editor("/w/src/a.py", 3, 2, 3, 2))).toBe(
    "`src/a.py:4`\n```python\ntwo = 2\n```\n",
  );
});

it("has no place in a file that others cannot have", () => {
  expect(selectionForChat(editor("/tmp/a.py", 3, 0, 3, 7))).toBe("```python\ntwo = 2\n```\n");
});

it("is asked for where there is no editor", () => {
  expect(selectionForChat(undefined)).toBeUndefined();
  expect(code.shown).toEqual(["info: Select code in an editor first."]);
});
