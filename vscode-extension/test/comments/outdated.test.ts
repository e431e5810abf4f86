// Outdated comments: the list of them, and the lines that one is attached to.
import type { EditorThread } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { reattachToSelection, showOutdated } from "../../src/comments/outdated";
import { Joined, settled } from "../joined";
import { begin, code, type Form, Selection, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/a.py";
const THREAD = {
  ...{ id: "t", user_id: "b", username: "bob", color: 0, content: "why?", timestamp: "t" },
  ...{ line: 3, end_line: 4, code_snippet: "a = 1", resolved: false, outdated: true },
  ...{ replies: [], file: "a.py", uri: A },
};

let joined: Joined;
let revealed: [uri: string, id: string][];

beforeEach(() => {
  begin();
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
  workspace.workspaceFolders = [{ uri: Uri.file("/w") }];
  joined = new Joined();
  joined.state({ role: "editor" });
  revealed = [];
  answer(THREAD);
});

function answer(...threads: object[]): void {
  joined.answers.set("peerline.listComments", { threads });
}

function select(uri: string, ...lines: [number, number, number, number]): void {
  window.activeTextEditor = {
    document: { uri: Uri.parse(uri) },
    selection: new Selection(...lines),
  };
}

async function list(): Promise<Form> {
  await showOutdated(joined.session, async (uri: { toString(): string }, { id }: EditorThread) => {
    revealed.push([uri.toString(), id]);
  });
  return code.form as Form;
}

describe("the list", () => {
  it("says what each was about, and in which file", async () => {
    const { uri: _, ...elsewhere } = THREAD;
    answer(THREAD, { ...elsewhere, id: "u", code_snippet: "", file: "$(bug).py" });
    const form = await list();
    expect([form.title, form.isShown]).toEqual(["Peerline: 2 Outdated Comments", true]);
    expect(
      form.items.map(({ label, description, detail }) => [label, description, detail]),
    ).toEqual([
      ["bob: why?", "a.py", "was on: a = 1"],
      ["bob: why?", "\\$(bug).py (not in this workspace)", "was on an empty line"],
    ]);
    expect(joined.requests).toEqual([["peerline.listComments", { outdated_only: true }]]);
  });

  it("goes to a comment, where its file is not here to its code", async () => {
    let form = await list();
    form.accept(form.items[0]);
    answer({ ...THREAD, id: "u", uri: undefined, file: "b.py" });
    form = await list();
    form.accept(form.items[0]);
    form.accept();
    await settled();
    expect(revealed).toEqual([
      [A, "t"],
      ["peerline-quoted:///b.py", "u"],
    ]);
    expect([form.isShown, form.isDisposed]).toEqual([false, true]);
  });

  it("attaches one to the lines that were selected when it was opened", async () => {
    select(A, 4, 0, 6, 0);
    const form = await list();
    expect(form.items[0]?.buttons).toMatchObject([{ tooltip: "Attach to a.py:5-6" }]);
    select(A, 9, 0, 9, 0);
    form.press(form.items[0]);
    await settled();
    expect(joined.requests.at(-1)).toEqual([
      "peerline.reattach",
      { comment_id: "t", uri: A, line: 4, end_line: 5 },
    ]);
    expect(code.shown).toEqual(["info: The comment was attached to a.py:5-6."]);
    expect(form.isShown).toBe(false);
  });

  it.each([
    ["a viewer", "viewer", A],
    ["a user in a file outside of the session", "editor", "file:///etc/passwd"],
  ] as const)("offers no lines to %s", async (_name, role, uri) => {
    joined.state({ role });
    select(uri, 4, 0, 4, 0);
    const form = await list();
    expect(form.items[0]?.buttons).toEqual([]);
    expect(form.placeholder).toBe("Select a comment to go to it");
  });

  it("is not shown empty", async () => {
    answer();
    const form = await list();
    expect([form.isShown, form.isDisposed]).toEqual([false, true]);
    expect(code.shown).toEqual(["info: There are no outdated comments."]);
  });
});

describe("attaching to the selection", () => {
  it("is of a comment that is picked, to a line", async () => {
    select(A, 4, 2, 4, 5);
    code.picks = ["bob: why?"];
    await reattachToSelection(joined.session);
    expect(joined.requests.at(-1)).toEqual([
      "peerline.reattach",
      { comment_id: "t", uri: A, line: 4, end_line: undefined },
    ]);
    expect(code.shown).toEqual([
      "pick: Peerline: Attach Comment to a.py:5",
      "info: The comment was attached to a.py:5.",
    ]);
  });

  it("says why it was refused", async () => {
    joined.refuse("peerline.reattach", "FORBIDDEN", "Viewers cannot comment.");
    select(A, 4, 2, 4, 5);
    code.picks = ["bob: why?"];
    await reattachToSelection(joined.session);
    expect(code.shown.at(-1)).toBe("warning: Peerline: Viewers cannot comment.");
  });

  it("needs lines, a comment and a choice", async () => {
    await reattachToSelection(joined.session);
    select(A, 4, 2, 4, 5);
    await reattachToSelection(joined.session);
    answer();
    await reattachToSelection(joined.session);
    expect(code.shown).toEqual([
      "warning: Open a file of the workspace and select the lines that the comment is about.",
      "pick: Peerline: Attach Comment to a.py:5",
      "info: There are no outdated comments.",
    ]);
    expect(joined.requests.some(([command]) => command === "peerline.reattach")).toBe(false);
  });
});
