// The selected code for the chat: its text and its place.
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, expect, it, vi } from "vitest";
import { selectionForChat } from "../../src/chat/sendSelection";
import { begin, code, Selection, Uri, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
});

function editor(uri: string, ...place: [number, number, number, number]) {
  const selection = new Selection(...place);
  const document = {
    ...{ uri: Uri.parse(uri), languageId: "python" },
    getText: () => "one\ntwo",
    lineAt: (line: number) => ({ text: `line ${line}` }),
  };
  const isEmpty = selection.start.isEqual(selection.end);
  return { document, selection: Object.assign(selection, { isEmpty }) } as never;
}

it.each([
  ["lines", editor("file:///w/a.py", 3, 2, 4, 3), "`a.py:4-5`\n```python\none\ntwo\n```\n"],
  [
    "the line of the cursor",
    editor("file:///w/a.py", 3, 2, 3, 2),
    "`a.py:4`\n```python\nline 3\n```\n",
  ],
  ["a text without a place", editor("file:///etc/a.py", 3, 2, 4, 3), "```python\none\ntwo\n```\n"],
])("is %s", (_name, given, text) => {
  expect(selectionForChat(given)).toBe(text);
  expect(code.shown).toEqual([]);
});

it("is nothing without an editor, which is said", () => {
  expect(selectionForChat(undefined)).toBeUndefined();
  expect(code.shown).toEqual(["info: Select code in an editor first."]);
});
