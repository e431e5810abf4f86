// A place that a message names: which file it is the bridge says, and the lines are selected.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openPlace } from "../../src/chat/openPlace";
import { Joined } from "../joined";
import { begin, Position, Range, Selection, window } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const FOUND = { uri: "file:///w/a.py", position: { line: 2, character: 0 } };

const editor = {
  document: {
    lineCount: 10,
    lineAt: (line: number) => ({ range: new Range(line, 0, line, 7) }),
    validatePosition: (at: Position) => at,
    validateRange: (range: Range) => range,
  },
  selection: undefined as unknown,
  revealRange: vi.fn(),
};

let joined: Joined;

beforeEach(() => {
  begin();
  vi.clearAllMocks();
  editor.selection = undefined;
  vi.spyOn(window, "showTextDocument").mockResolvedValue(editor as never);
  joined = new Joined();
  joined.answers.set("peerline.locate", FOUND);
});

describe("a place", () => {
  it("is asked of the bridge from its first column on, and opened", async () => {
    await openPlace(joined.session, { file: "a.py", line: 3 });
    expect(joined.requests).toEqual([["peerline.locate", { file: "a.py", line: 3, column: 1 }]]);
    const place = new Position(2, 0);
    expect(editor.selection).toEqual(new Selection(place, place));
  });

  it.each([
    [5, 4],
    [10, 9],
    // The file may have become shorter.
    [11, 9],
  ])("has its lines up to %i selected", async (endLine, last) => {
    await openPlace(joined.session, { file: "a.py", line: 3, column: 2, endLine });
    expect(joined.requests[0]?.[1]).toEqual({ file: "a.py", line: 3, column: 2 });
    expect(editor.selection).toEqual(new Selection(2, 0, last, 7));
    expect(editor.revealRange).toHaveBeenLastCalledWith(new Range(2, 0, last, 7));
  });

  it("is not opened if the bridge names none", async () => {
    for (const answer of [{}, { uri: "file:///w/a.py" }]) {
      joined.answers.set("peerline.locate", answer);
      await openPlace(joined.session, { file: "a.py", line: 3 });
    }
    expect(window.showTextDocument).not.toHaveBeenCalled();
  });

  it("that is refused says why", async () => {
    joined.refuse("peerline.locate", "NOT_FOUND", "There is no such file here.");
    await expect(openPlace(joined.session, { file: "x", line: 1 })).rejects.toThrow(
      "There is no such file here.",
    );
  });
});
