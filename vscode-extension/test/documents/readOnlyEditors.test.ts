// The editors of viewers: which commands make them read-only, and when.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepReadOnly } from "../../src/documents/readOnlyEditors";
import { document } from "../documents";
import { Joined, settled } from "../joined";
import { begin, code, Uri, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const SET = "command: workbench.action.files.setActiveEditorReadonlyInSession";
const RESET = "command: workbench.action.files.resetActiveEditorReadonlyInSession";
const A = { document: { uri: Uri.parse("file:///w/src/a.py") } };
const B = { document: { uri: Uri.parse("file:///w/src/b.py") } };

let joined: Joined;
let keeping: { dispose(): unknown };

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  joined = new Joined();
  keeping = keepReadOnly(joined.session);
});

afterEach(() => keeping.dispose());

it("is read-only while its user is a viewer, once", async () => {
  window.activate(A);
  joined.documents(document("d1", { can_edit: false }));
  joined.documents(document("d1", { can_edit: false, pending: 1 }));
  await settled();
  expect(code.shown).toEqual([SET]);
  joined.documents(document());
  await settled();
  expect(code.shown).toEqual([SET, RESET]);
});

it("is set when it becomes the active one", async () => {
  window.activate(B);
  joined.documents(document("d1", { can_edit: false }));
  await settled();
  expect(code.shown).toEqual([]);
  window.activate(A);
  await settled();
  expect(code.shown).toEqual([SET]);
});

it("is set back if another one became active before VS Code did it", async () => {
  const run = vi.spyOn((await import("../vscode")).commands, "executeCommand");
  run.mockImplementationOnce(async (command) => {
    code.shown.push(`command: ${String(command)}`);
    Object.assign(window, { activeTextEditor: B });
  });
  Object.assign(window, { activeTextEditor: A });
  joined.documents(document("d1", { can_edit: false }));
  await settled();
  expect(code.shown).toEqual([SET, RESET]);
  window.activate(A);
  await settled();
  expect(code.shown).toEqual([SET, RESET, SET]);
  run.mockRestore();
});
