// The editors of viewers are made read-only when they become active, and back.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepReadOnly } from "../../src/documents/readOnlyEditors";
import { document } from "../documents";
import { Joined, settled } from "../joined";
import { begin, commands, type Disposable, Uri, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/src/a.py";
const B = "file:///w/src/b.py";
const SET = "workbench.action.files.setActiveEditorReadonlyInSession";
const RESET = "workbench.action.files.resetActiveEditorReadonlyInSession";

let joined: Joined;
let keeping: Disposable;
/** The commands, with the editor that was active when each ended. */
let done: [command: string, uri: string][];
/** The user does this while a command is on its way. */
let meanwhile: () => unknown;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  done = [];
  meanwhile = () => undefined;
  vi.spyOn(commands, "executeCommand").mockImplementation(async (command) => {
    const act = meanwhile;
    meanwhile = () => undefined;
    await act();
    const { document: shown } = window.activeTextEditor as { document: { uri: Uri } };
    done.push([String(command), shown.uri.toString()]);
  });
  joined = new Joined();
  keeping = keepReadOnly(joined.session) as never;
});

afterEach(() => {
  keeping.dispose();
  vi.restoreAllMocks();
});

async function activate(uri: string | undefined): Promise<void> {
  window.activate(uri && { document: { uri: Uri.parse(uri) } });
  await settled();
}

async function share(canEdit: boolean, ...files: string[]): Promise<void> {
  joined.documents(...files.map((uri) => document(uri, { uri, can_edit: canEdit })));
  await settled();
}

describe("an editor", () => {
  it("of a shared file is read-only while the user may only read it", async () => {
    await activate(A);
    await share(false, A);
    await share(false, A);
    expect(done).toEqual([[SET, A]]);
    await share(true, A);
    expect(done).toEqual([
      [SET, A],
      [RESET, A],
    ]);
  });

  it("is made so when it becomes active, and none that is not shared", async () => {
    await share(false, A);
    await activate(B);
    await activate(undefined);
    expect(done).toEqual([]);
    await activate(A);
    expect(done).toEqual([[SET, A]]);
  });

  it("is found by its URI as VS Code writes it", async () => {
    await share(false, "peerline-file://S1/a.py");
    await activate("peerline-file://s1/a.py");
    expect(done).toEqual([[SET, "peerline-file://s1/a.py"]]);
  });

  it("that became active meanwhile is set back, and the one that was meant set later", async () => {
    await share(false, A);
    meanwhile = () => activate(B);
    await activate(A);
    expect(done).toEqual([
      [SET, B],
      [RESET, B],
    ]);
    await activate(A);
    expect(done.slice(2)).toEqual([[SET, A]]);
  });

  it("is made so by one command at a time", async () => {
    await activate(A);
    meanwhile = () => share(false, A);
    await share(false, A);
    expect(done).toEqual([[SET, A]]);
  });

  it("is tried again after a command that failed", async () => {
    const failures: string[] = [];
    supervisor.reportTo({ log: (text) => failures.push(text), tell: () => undefined });
    meanwhile = () => Promise.reject(new RangeError());
    await share(false, A);
    await activate(A);
    expect(done).toEqual([]);
    expect(failures).toEqual([expect.stringMatching(/^making an editor read-only failed: Range/)]);
    await activate(A);
    expect(done).toEqual([[SET, A]]);
  });

  it("is left alone after the end", async () => {
    keeping.dispose();
    await activate(A);
    await share(false, A);
    expect(done).toEqual([]);
  });
});
