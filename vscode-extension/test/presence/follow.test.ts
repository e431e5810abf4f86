// Following: where the view goes, and which moves of the user end it.
import type { EditorFollow } from "@peerline/ui/generated/protocol";
import { supervisor } from "@peerline/ui/supervise";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FollowMode } from "../../src/presence/follow";
import { Joined, person, settled } from "../joined";
import {
  begin,
  code,
  Range,
  TextEditorSelectionChangeKind,
  Uri,
  window,
  workspace,
} from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/a.py";
const B = "file:///w/b.py";

interface Border {
  readonly borderWidth: string;
  readonly borderColor: { readonly id: string };
}

/** An editor, with what was brought into view and where a frame is drawn. */
class Editor {
  readonly document: object;
  readonly revealed: [line: number, type: number | undefined][] = [];
  readonly frames = new Map<string, Range>();
  color = "";
  visibleRanges = [new Range(0, 0, 20, 0)];

  constructor(uri: string) {
    this.document = { uri: Uri.parse(uri), validateRange: (range: Range) => range };
  }

  revealRange({ start }: Range, type?: number): void {
    this.revealed.push([start.line, type]);
  }

  setDecorations({ options }: { options: Border }, ranges: Range[]): void {
    const [range] = ranges;
    this.color = options.borderColor.id;
    if (range === undefined) {
      this.frames.delete(options.borderWidth);
    } else {
      this.frames.set(options.borderWidth, range);
    }
  }

  /** It shows these lines from now on. */
  scroll(...lines: [number, number][]): void {
    this.visibleRanges = lines.map(([first, last]) => new Range(first, 0, last, 0));
    window.scroll(this);
  }
}

let joined: Joined;
let mode: FollowMode;
let a: Editor;
let b: Editor;
let item: { text: string; isShown: boolean };
let failures: string[];

beforeEach(() => {
  begin();
  failures = [];
  supervisor.reportTo({ log: (text) => failures.push(text), tell: () => undefined });
  joined = new Joined();
  joined.participants(person("bob", { color: 2, file: "a.py", uri: A }));
  [a, b] = [new Editor(A), new Editor(B)];
  window.visibleTextEditors = [a];
  window.activeTextEditor = a;
  item = { text: "", isShown: false };
  const show = (isShown: boolean) => () => {
    item.isShown = isShown;
  };
  const made = Object.assign(item, { show: show(true), hide: show(false), dispose: () => {} });
  vi.spyOn(window, "createStatusBarItem").mockReturnValue(made);
  vi.spyOn(window, "showTextDocument").mockImplementation(async (uri) => {
    const editor = uri.toString() === A ? a : b;
    window.visibleTextEditors = [editor];
    window.activate(editor);
    return editor as never;
  });
  mode = new FollowMode(joined.session);
});

afterEach(() => {
  mode.dispose();
  vi.restoreAllMocks();
});

async function follow(place: Partial<EditorFollow> = {}): Promise<void> {
  const bob = { user_id: "bob", username: "bob" };
  joined.session.handlers["peerline/follow"]({ ...bob, ...place });
  await settled();
}

function at(uri: string, line: number, start?: number): Partial<EditorFollow> {
  const viewport = start === undefined ? {} : { viewport: { start, end: start + 20 } };
  return { uri, position: { line, character: 0 }, ...viewport };
}

function isStopped(): boolean {
  return joined.requests.some(([command]) => command === "peerline.unfollow");
}

describe("following", () => {
  it("brings the place into view, with the lines above it as the other one has them", async () => {
    await follow(at(A, 12, 5));
    expect(a.revealed).toEqual([
      [5, 3],
      [12, 2],
    ]);
    a.revealed.length = 0;
    await follow(at(A, 3, 5)); // the cursor is out of their own sight
    expect(a.revealed).toEqual([[3, 2]]);
  });

  it("opens the file where they are", async () => {
    await follow(at(B, 1));
    expect(window.showTextDocument).toHaveBeenCalledTimes(1);
    expect(b.revealed).toEqual([[1, 2]]);
    await follow(at(B, 2));
    expect(window.showTextDocument).toHaveBeenCalledTimes(1);
    expect(isStopped()).toBe(false);
  });

  it("goes to the latest place alone while a file is being opened", async () => {
    let open = (_: unknown): void => undefined;
    vi.mocked(window.showTextDocument).mockReturnValueOnce(
      new Promise((resolve) => (open = resolve)) as never,
    );
    await follow(at(B, 1));
    await follow(at(A, 7));
    await follow(at(A, 9));
    open(b);
    await settled();
    expect(b.revealed).toEqual([[1, 2]]);
    expect(a.revealed).toEqual([[9, 2]]);
  });

  it("moves nothing that opens after it has ended", async () => {
    let open = (_: unknown): void => undefined;
    vi.mocked(window.showTextDocument).mockReturnValueOnce(
      new Promise((resolve) => (open = resolve)) as never,
    );
    await follow(at(B, 1));
    await follow({ user_id: undefined as never });
    open(b);
    await settled();
    expect(b.revealed).toEqual([]);
  });

  it("goes on when a file has gone meanwhile", async () => {
    vi.mocked(window.showTextDocument).mockRejectedValueOnce(new Error("no such file"));
    await follow(at(B, 1));
    expect([item.isShown, failures]).toEqual([true, []]);
    await follow(at(A, 4));
    expect(a.revealed).toEqual([[4, 2]]);
  });

  it("says who is followed, in a frame of their colour", async () => {
    await follow(at(A, 12));
    expect([item.text, item.isShown]).toEqual(["$(eye) Following bob", true]);
    expect([...a.frames]).toEqual([
      ["0 2px 0 2px", new Range(0, 0, 20, 0)],
      ["2px 0 0 0", new Range(0, 0, 0, 0)],
      ["0 0 2px 0", new Range(20, 0, 20, 0)],
    ]);
    expect(a.color).toBe("peerline.participant3");
    await follow({ user_id: undefined as never });
    expect([item.isShown, a.frames.size]).toEqual([false, 0]);
  });

  it("frames the active editor alone", async () => {
    await follow(at(A, 12));
    window.visibleTextEditors = [a, b];
    await follow(at(B, 1));
    window.visibleTextEditors = [a, b];
    window.changeVisible([a, b]);
    expect([a.frames.size, b.frames.size]).toEqual([0, 3]);
  });
});

describe("a fold over the place", () => {
  const FOLDED: [number, number][] = [
    [0, 5],
    [15, 30],
  ];

  it("is opened, and the place brought into view again", async () => {
    a.visibleRanges = FOLDED.map(([first, last]) => new Range(first, 0, last, 0));
    await follow(at(A, 10));
    expect(code.shown).toEqual(["command: editor.unfold [object Object]"]);
    expect(a.revealed).toEqual([
      [10, 2],
      [10, 2],
    ]);
  });

  it("is opened as soon as it is in sight, once", async () => {
    await follow(at(A, 50));
    a.scroll([40, 45], [55, 60]);
    await settled();
    a.scroll([40, 45], [55, 60]);
    await settled();
    expect(code.shown).toEqual(["command: editor.unfold [object Object]"]);
  });
});

describe("a move of the user", () => {
  beforeEach(() => follow(at(A, 12)));

  it.each([
    ["keyboard", TextEditorSelectionChangeKind.Keyboard, true],
    ["mouse", TextEditorSelectionChangeKind.Mouse, true],
    ["command, as an edit of others is", TextEditorSelectionChangeKind.Command, false],
  ])("by the %s", async (_name, kind, ends) => {
    window.select({ kind, textEditor: a });
    await settled();
    expect([isStopped(), item.isShown]).toEqual([ends, !ends]);
    expect(code.shown.includes("status: $(eye-closed) No longer following")).toBe(ends);
  });

  it("in another editor than the active one ends nothing", () => {
    window.select({ kind: TextEditorSelectionChangeKind.Keyboard, textEditor: b });
    expect(isStopped()).toBe(false);
  });

  it("to another file ends it", () => {
    window.activate(b);
    expect(isStopped()).toBe(true);
  });

  it("away from the place ends it, and one in sight of it does not", async () => {
    a.scroll([5, 25]);
    expect(isStopped()).toBe(false);
    a.scroll([30, 50]);
    expect(isStopped()).toBe(true);
  });

  it("is the user's own once it has ended", async () => {
    a.scroll([30, 50]);
    joined.requests.length = 0;
    window.activate(b);
    a.scroll([60, 70]);
    window.select({ kind: TextEditorSelectionChangeKind.Keyboard, textEditor: b });
    expect(joined.requests).toEqual([]);
  });

  it("is none while a file is being opened, which activates editors", async () => {
    vi.mocked(window.showTextDocument).mockImplementationOnce(async () => {
      window.activate(new Editor("file:///w/between.py"));
      window.activate(b);
      return b as never;
    });
    await follow(at(B, 1));
    expect(isStopped()).toBe(false);
  });

  it("is none where a cell of a notebook is shown", async () => {
    const book = "file:///w/plots.ipynb";
    const notebook = { uri: Uri.parse(book), cellCount: 2, cellAt: () => ({}) };
    workspace.notebookDocuments = [notebook];
    const shown: unknown[] = [];
    const revealRange = (range: unknown) => shown.push(range);
    Object.assign(window, { showNotebookDocument: async () => ({ revealRange }) });
    await follow({ ...at(book, 1), cell: 5 });
    expect(shown).toEqual([{ start: 1, end: 2 }]); // the last one of this copy
    a.scroll([60, 70]);
    expect([isStopped(), b.revealed]).toEqual([false, []]);
  });
});

describe("a bridge that has crashed", () => {
  async function restart(): Promise<void> {
    joined.session.suspend("The bridge has crashed.");
    joined.attach();
    joined.state({});
    await settled();
  }

  it("follows again by the next one", async () => {
    await follow(at(A, 12));
    await restart();
    expect(joined.requests).toEqual([["peerline.follow", { user_id: "bob" }]]);
  });

  it("follows no participant that the user had left, or that has gone", async () => {
    await follow(at(A, 12));
    window.select({ kind: TextEditorSelectionChangeKind.Mouse, textEditor: a });
    joined.requests.length = 0;
    await restart();
    expect([joined.requests, failures]).toEqual([[], []]);
    await follow(at(A, 12));
    joined.refuse("peerline.follow", "NOT_FOUND", "There is nobody of that name.");
    await restart();
    expect(item.isShown).toBe(false);
  });
});
