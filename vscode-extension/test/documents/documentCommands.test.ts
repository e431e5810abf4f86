// The commands about shared documents: which files can be shared, and what opens a shared one.
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { DocumentCommands, openDocument } from "../../src/documents/documentCommands";
import { document } from "../documents";
import { Joined } from "../joined";
import { begin, code, TabInputText, TabInputTextDiff, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/src/a.py";

let joined: Joined;
let commands: DocumentCommands;
/** The documents that are asked about again. */
let asked: string[];
let hasQuestion: boolean;

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: () => undefined, tell: () => undefined });
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
  workspace.openTextDocument = async () => ({});
  joined = new Joined();
  [asked, hasQuestion] = [[], true];
  const questions = {
    askAgain: (uri: string) => {
      asked.push(uri);
      return hasQuestion;
    },
  };
  commands = new DocumentCommands(joined.session, questions as never);
});

function open(uri: string): void {
  window.activeTextEditor = { document: { uri: Uri.parse(uri) } };
}

describe("sharing a file", () => {
  it("is of the active editor, or of the file whose menu it was", async () => {
    joined.answers.set("peerline.shareDocument", { shared_by: "me" });
    open(A);
    await commands.share();
    await commands.share(Uri.parse("file:///w/b.py") as never);
    expect(joined.requests).toEqual([
      ["peerline.shareDocument", { uri: A }],
      ["peerline.shareDocument", { uri: "file:///w/b.py" }],
    ]);
    expect(code.shown.filter((text) => text.startsWith("info"))).toEqual([
      "info: src/a.py is shared: everybody in the session can open it, and editors can write in it.",
      "info: b.py is shared: everybody in the session can open it, and editors can write in it.",
    ]);
  });

  it("takes the file of a tab that shows no text", async () => {
    window.tabGroups.activeTabGroup.activeTab = { input: new TabInputText(Uri.parse(A)) };
    await commands.share();
    expect(joined.requests).toEqual([["peerline.shareDocument", { uri: A }]]);
  });

  it("is no news of the user's own when somebody was faster", async () => {
    joined.answers.set("peerline.shareDocument", { shared_by: "bob" });
    open(A);
    await commands.share();
    expect(code.shown).toEqual([`document: ${A}`]);
  });

  it.each([
    ["untitled:Untitled-1", "Save the file in one of the open folders before you share it."],
    ["file:///etc/passwd", "Only files of the open folders can be shared."],
    ["git:/w/src/a.py", "Only files of the open folders can be shared."],
    ["vscode-notebook-cell:/w/plots.ipynb", /^A notebook cannot be shared as cells\./],
    ["file:///w/plots.ipynb", /^A notebook cannot be shared as cells\./],
  ])("says why %s cannot be", async (uri, reason) => {
    window.activeNotebookEditor = { notebook: { uri: Uri.parse("file:///w/plots.ipynb") } };
    await commands.share(Uri.parse(uri) as never);
    expect(joined.requests).toEqual([]);
    expect(code.shown).toHaveLength(1);
    expect(code.shown[0]?.replace("warning: ", "")).toMatch(reason);
  });

  it("says that a file is shared already, one that is no file here, too", async () => {
    const foreign = "peerline-file://s1/src/b.py";
    joined.documents(document(), document("d2", { file: "src/b.py", uri: foreign }));
    open(A);
    await commands.share();
    open(foreign);
    await commands.share();
    expect(joined.requests).toEqual([]);
    expect(code.shown).toEqual([
      "info: src/a.py is shared already.",
      "info: src/b.py is shared already.",
    ]);
  });

  it("says so where no file is open, or none that is a text", async () => {
    await commands.share();
    workspace.openTextDocument = async () => {
      throw new Error("binary");
    };
    open(A);
    await commands.share();
    expect(joined.requests).toEqual([]);
    expect(code.shown).toEqual([
      "warning: Open the file that you want to share.",
      "warning: The file src/a.py cannot be shared: it is binary or too large to be opened as text.",
    ]);
  });
});

describe("a file that is shared no longer", () => {
  it("is the one of the active editor, if it is shared", async () => {
    open(A);
    await commands.unshare();
    expect(code.shown).toEqual(["info: This file is not shared."]);
    joined.documents(document());
    await commands.unshare();
    expect(joined.requests).toEqual([["peerline.unshareDocument", { uri: A }]]);
  });
});

describe("one's own edits", () => {
  it.each(["undo", "redo"] as const)("have a step to %s, or it is said", async (which) => {
    await commands.step(which);
    joined.documents(document());
    open(A);
    await commands.step(which);
    joined.answers.set(`peerline.${which}`, { is_done: true });
    await commands.step(which);
    expect(joined.requests).toHaveLength(2);
    expect(joined.requests[0]).toEqual([`peerline.${which}`, { uri: A }]);
    expect(code.shown).toEqual([
      `info: Open a shared file to ${which} an edit of yours.`,
      `status: There is no edit of yours to ${which} in this file.`,
    ]);
  });
});

describe("a shared document", () => {
  const LOST = document("d1", { uri: A, has_file: false });

  it("opens as the user's own file, as long as there is one", async () => {
    workspace.files.add(A);
    expect(String(await openDocument(joined.session, LOST))).toBe(A);
    workspace.files.clear();
    expect(String(await openDocument(joined.session, LOST))).toBe("peerline-file://s1/src/a.py");
    expect(code.shown).toEqual([`document: ${A}`, "document: peerline-file://s1/src/a.py"]);
  });

  it.each([
    ["a tab", new TabInputText(Uri.parse(A)), A],
    ["a difference", new TabInputTextDiff(Uri.parse("git:/a"), Uri.parse(A)), A],
    [
      "the other side of a difference",
      new TabInputTextDiff(Uri.parse(A), Uri.parse("git:/a")),
      "peerline-file://s1/src/a.py",
    ],
  ])("opens where its text is seen in %s", async (_name, input, expected) => {
    window.tabGroups.all = [{ tabs: [{ input: {} }, { input }] }];
    expect(String(await openDocument(joined.session, LOST))).toBe(expected);
  });

  it("is picked from a list", async () => {
    workspace.files.add(A);
    await commands.list();
    joined.documents(document());
    await commands.list();
    code.picks = [code.rows[0]?.label ?? ""];
    await commands.list();
    expect(code.shown).toEqual([
      "info: No files are shared. Run Peerline: Share This File in the editor of one.",
      ...["pick: Peerline: Shared Files", "pick: Peerline: Shared Files", `document: ${A}`],
    ]);
  });

  it("has its text chosen again while there is a question", () => {
    joined.documents(document());
    open(A);
    commands.chooseText();
    expect([asked, code.shown]).toEqual([[A], []]);
    hasQuestion = false;
    commands.chooseText();
    expect(code.shown).toEqual(["info: The text of this file is the shared one."]);
  });
});

describe("the menu of the active file", () => {
  const UNDO = "$(discard) Undo My Edit";
  const CHOOSE = "$(diff) Choose the Text to Use…";
  const STOP = "$(circle-slash) Stop Sharing This File";

  it.each([
    [{}, [UNDO]],
    [{ can_unshare: true }, [UNDO, STOP]],
    [{ state: "different", can_unshare: true }, [CHOOSE, STOP]],
  ] as const)("of %j", async (changes, offered) => {
    joined.documents(document("d1", changes));
    open(A);
    await commands.menu();
    const labels = code.rows.map(({ label }) => label);
    expect(labels.filter((label) => [UNDO, CHOOSE, STOP].includes(label))).toEqual(offered);
    expect(labels).toContain("$(files) Shared Files…");
  });

  it("runs what is picked, and lists the files where none is active", async () => {
    joined.documents(document("d1", { can_unshare: true }));
    await commands.menu();
    open(A);
    code.picks = [STOP];
    await commands.menu();
    expect(code.shown).toEqual([
      "pick: Peerline: Shared Files",
      "pick: Peerline: src/a.py",
      "command: peerline.unshareFile",
    ]);
  });
});
