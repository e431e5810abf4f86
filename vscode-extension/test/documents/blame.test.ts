// The authors of a shared document: when they are asked for, drawn and taken away.
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Blame } from "../../src/documents/blame";
import { document } from "../documents";
import { Joined } from "../joined";
import { begin, code, Position, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/src/a.py";
const RUN = {
  ...{ user_id: "ann", username: "ann", color: 1 },
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } },
};

/** An editor, with the decorations of each colour and the labels behind lines. */
class Editor {
  readonly document = {
    ...{ uri: Uri.parse(A), version: 3, lineCount: 2 },
    lineAt: (line: number) => ({ range: { end: new Position(line, 5) } }),
  };
  readonly drawn = new Map<object, unknown[]>();

  setDecorations({ options }: { options: object }, ranges: unknown[]): void {
    this.drawn.set(options, ranges);
  }

  get count(): number {
    return [...this.drawn.values()].flat().length;
  }
}

let joined: Joined;
let blame: Blame;
let editor: Editor;

beforeEach(() => {
  vi.useFakeTimers();
  begin();
  supervisor.reportTo({ log: () => {}, tell: () => undefined });
  joined = new Joined();
  joined.documents(document());
  editor = new Editor();
  window.activeTextEditor = editor;
  window.visibleTextEditors = [editor];
  workspace.textDocuments = [editor.document];
  answer(3);
  blame = new Blame(joined.session);
});

afterEach(() => {
  blame.dispose();
  vi.useRealTimers();
});

function answer(version: number): void {
  joined.answers.set("peerline.blame", { uri: A, version, runs: [RUN] });
}

function change(): void {
  workspace.changeText({ document: editor.document });
}

describe("the authors", () => {
  it("are shown, and taken away by the same command", async () => {
    await blame.toggle();
    expect(joined.requests).toEqual([["peerline.blame", { uri: A }]]);
    expect(editor.count).toBeGreaterThan(0);
    await blame.toggle();
    expect(editor.count).toBe(0);
    expect(joined.requests).toHaveLength(1);
  });

  it("are those of shared files", async () => {
    joined.documents();
    await blame.toggle();
    window.activeTextEditor = undefined;
    await blame.toggle();
    const text = "info: Open a shared file to see who wrote what.";
    expect(code.shown).toEqual([text, text]);
    expect(joined.requests).toEqual([]);
  });

  it("are asked for again after quiet, while they are shown", async () => {
    change();
    await vi.advanceTimersByTimeAsync(2000);
    expect(joined.requests).toEqual([]);
    await blame.toggle();
    change();
    await vi.advanceTimersByTimeAsync(999);
    expect(joined.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(joined.requests).toHaveLength(2);
  });

  it("of another text than the one that is shown are not drawn, but asked for again", async () => {
    answer(2);
    await blame.toggle();
    expect(editor.count).toBe(0);
    answer(3);
    await vi.advanceTimersByTimeAsync(1000);
    expect(editor.count).toBeGreaterThan(0);
  });

  it("are tried again by the next press after a refusal", async () => {
    joined.refuse("peerline.blame", "OFFLINE", "There is no connection.");
    await expect(blame.toggle()).rejects.toThrow("There is no connection.");
    answer(3);
    await blame.toggle();
    expect(editor.count).toBeGreaterThan(0);
  });

  it("go when the file is shared no longer", async () => {
    await blame.toggle();
    joined.documents(document("d2", { uri: "file:///w/b.py" }));
    expect(editor.count).toBe(0);
  });

  it("are drawn in an editor that is opened later", async () => {
    await blame.toggle();
    const other = new Editor();
    window.changeVisible([other]);
    expect(other.count).toBe(editor.count);
  });
});
