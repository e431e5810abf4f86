// The command for a comment on the selected lines, which notebooks cannot have.
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, expect, it, vi } from "vitest";
import { addComment } from "../../src/comments/addComment";
import { begin, code, Uri, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
});

const FORM = ["command: workbench.action.addComment"];
const WHY = [expect.stringMatching(/^warning: Cells of a notebook cannot be commented on\./)];

it.each([
  ["a file", "file:///w/a.py", false, FORM],
  ["a cell", "vscode-notebook-cell:/w/a.ipynb?1", true, WHY],
  ["a notebook without the focus in a cell", undefined, true, WHY],
  ["a file beside a notebook", "file:///w/a.py", true, FORM],
  ["no editor", undefined, false, FORM],
])("in %s", async (_name, uri, hasNotebook, shown) => {
  window.activeTextEditor = uri && { document: { uri: Uri.parse(uri) } };
  window.activeNotebookEditor = hasNotebook ? {} : undefined;
  await addComment();
  expect(code.shown).toEqual(shown);
});
