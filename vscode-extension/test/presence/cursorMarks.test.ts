import type { EditorPresence } from "@peerline/ui/generated/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PresenceMarks } from "../../src/presence/cursorMarks";
import { Session } from "../../src/session/session";
import { begin, type Position, Range, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const A = "file:///w/a.py";

type Kind = "cursor" | "flag" | "selection" | "viewport";

interface Mark {
  readonly range: Range;
  readonly hoverMessage?: { readonly value: string };
  readonly renderOptions?: { after: { contentText: string; textDecoration: string } };
}

/** The kind of a decoration type, by what it draws. */
function kindOf({ options }: { options: Record<string, unknown> }): Kind {
  if ("before" in options) {
    return "cursor";
  }
  return "after" in options ? "flag" : "isWholeLine" in options ? "viewport" : "selection";
}

/** An editor that keeps what was drawn in it last. */
class Editor {
  readonly options = { tabSize: 4 };
  readonly drawn = new Map<object, readonly (Mark | Range)[]>();
  readonly document;

  constructor(uri: string, lines: readonly string[]) {
    this.document = {
      uri: Uri.parse(uri),
      version: 1,
      lineCount: lines.length,
      lineAt: (line: number) => ({ text: lines[line] }),
      validatePosition: (at: Position) => at,
    };
  }

  setDecorations(type: object, marks: readonly (Mark | Range)[]): void {
    this.drawn.set(type, marks);
  }

  marks(kind: Kind): readonly (Mark | Range)[] {
    return [...this.drawn].flatMap(([type, marks]) =>
      kindOf(type as { options: Record<string, unknown> }) === kind ? marks : [],
    );
  }

  /** The lines and columns of the cursors. */
  get cursors(): string[] {
    return this.marks("cursor").map((mark) => {
      const { line, character } = (mark as Mark).range.start;
      return `${line}:${character}`;
    });
  }
}

let session: Session;
let marks: PresenceMarks;
let editor: Editor;

beforeEach(() => {
  begin();
  vi.useFakeTimers();
  session = new Session();
  marks = new PresenceMarks(session);
  editor = new Editor(A, ["one", "two", "three", "", "five"]);
  window.visibleTextEditors = [editor];
});

afterEach(() => {
  marks.dispose();
  vi.useRealTimers();
});

function person(more: Partial<EditorPresence> = {}): EditorPresence {
  return {
    ...{ user_id: "bob", username: "bob", color: 2, status: "active", uri: A },
    ...{ cursor: { line: 1, character: 2 }, ...more },
  };
}

function update(...updates: EditorPresence[]): void {
  session.handlers["peerline/presence"]({ updates, removed: [] });
}

describe("the marks of others", () => {
  it("are where their cursors are, with their names in one line and no Markdown", () => {
    update(person({ username: "*bob*\n[x](y)", status: "away" }));
    expect(editor.cursors).toEqual(["1:2"]);
    const [mark] = editor.marks("cursor") as Mark[];
    expect(mark?.hoverMessage?.value).toBe("\\*bob\\* \\[x\\]\\(y\\) \\(away\\)");
    update(person({ status: "active" }));
    const [again] = editor.marks("cursor") as Mark[];
    expect(again?.hoverMessage?.value).toBe("bob");
  });

  it("are in their document only, and go with them", () => {
    update(person(), person({ user_id: "eve", color: 3, uri: "file:///w/b.py" }));
    expect(editor.cursors).toEqual(["1:2"]);
    update(person({ uri: "file:///w/b.py" }));
    expect(editor.cursors).toEqual([]);
    update(person());
    session.handlers["peerline/presence"]({ updates: [], removed: ["bob", "nobody"] });
    expect(editor.cursors).toEqual([]);
  });

  it("have the new color where somebody has another one", () => {
    update(person());
    update(person({ color: 5 }));
    expect(editor.cursors).toEqual(["1:2"]);
  });

  it("move with the text, also with what was typed since their place was sent", () => {
    update(person());
    const range = new Range(0, 0, 0, 0);
    const contentChanges = [{ range, text: "zero\n", rangeOffset: 0, rangeLength: 0 }];
    const document = { ...editor.document, version: 2 };
    workspace.changeText({ document, contentChanges });
    update(person({ user_id: "eve", color: 3, version: 1 }));
    update(person({ user_id: "kim", color: 4, version: 2 }));
    window.changeVisible([editor]);
    expect(editor.cursors.sort()).toEqual(["1:2", "2:2", "2:2"]);
  });

  it("show what they see only if the user wants it", () => {
    update(person({ viewport: { start: 1, end: 3 }, viewport_uri: A }));
    expect(editor.marks("viewport")).toEqual([new Range(1, 0, 3, 0)]);
    workspace.changeSettings({ "presence.viewports": false });
    expect(editor.marks("viewport")).toEqual([]);
  });
});

describe("a name flag", () => {
  const names = () =>
    (editor.marks("flag") as Mark[]).map(({ renderOptions }) => renderOptions?.after.contentText);

  it("is shown after a move, fades and goes", () => {
    update(person());
    expect(names()).toEqual(["bob"]);
    vi.advanceTimersByTime(60_000);
    expect(names()).toEqual([]);
    update(person({ status: "typing" }));
    expect(names()).toEqual([]);
    update(person({ cursor: { line: 2, character: 0 } }));
    expect(names()).toEqual(["bob"]);
  });

  it("stays, or never comes, as the user has set", () => {
    workspace.changeSettings({ "presence.nameFlagSeconds": -1 });
    update(person());
    vi.advanceTimersByTime(3_600_000);
    expect(names()).toEqual(["bob"]);
    workspace.changeSettings({ "presence.nameFlagSeconds": 0 });
    expect(names()).toEqual([]);
  });
});
