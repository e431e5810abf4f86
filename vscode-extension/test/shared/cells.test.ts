// The cells of notebooks: found by their document or their number, and brought into view.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { cellOf, documentOfCell, revealCell, showCell } from "../../src/shared/cells";
import { begin, commands, NotebookRange, Position, Range, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const BOOK = "file:///w/plots.ipynb";
const LAST = new Position(4, 2);

/** A notebook whose cells have five lines each. */
function book(uri: string, cellCount: number) {
  const cells = [...Array(cellCount).keys()].map((index) => ({
    index,
    document: {
      uri: Uri.parse(`vscode-notebook-cell:${Uri.parse(uri).path}?${index}`),
      validatePosition: (at: Position) => (at.line > LAST.line ? LAST : at),
    },
  }));
  // As VS Code answers for a number that is too high.
  const cellAt = (index: number) => cells[Math.min(index, cellCount - 1)];
  return { uri: Uri.parse(uri), cellCount, getCells: () => cells, cellAt };
}

const editor = { selection: undefined as unknown, revealRange: vi.fn() };
const showNotebookDocument = vi.fn(async () => editor);
const openNotebookDocument = vi.fn(async (uri: Uri) => book(uri.toString(), 2));
const executeCommand = vi.spyOn(commands, "executeCommand");

beforeEach(() => {
  begin();
  vi.clearAllMocks();
  editor.selection = undefined;
  Object.assign(window, { showNotebookDocument });
  Object.assign(workspace, { openNotebookDocument });
  workspace.notebookDocuments = [book("file:///w/other.ipynb", 3), book(BOOK, 3)];
});

describe("the cell of a document", () => {
  it.each([
    ["vscode-notebook-cell:/w/plots.ipynb?2", 2],
    ["vscode-notebook-cell:/w/plots.ipynb?3", undefined],
    ["vscode-notebook-cell:/w/closed.ipynb?0", undefined],
    ["file:///w/plots.ipynb?2", undefined],
  ])("%s", (uri, index) => {
    const cell = cellOf({ uri: Uri.parse(uri) } as never);
    expect(cell?.index).toBe(index);
    expect(cell?.document.uri.toString()).toBe(
      index === undefined ? undefined : Uri.parse(uri).toString(),
    );
  });
});

it("no notebook is searched for the cell of a file", () => {
  const getCells = () => expect.unreachable();
  workspace.notebookDocuments = [{ uri: Uri.parse(BOOK), getCells }];
  expect(cellOf({ uri: Uri.parse("file:///w/a.py") } as never)).toBeUndefined();
});

describe("the document of a cell", () => {
  it.each([
    [BOOK, 0, "/w/plots.ipynb"],
    [BOOK, 2, "/w/plots.ipynb"],
    // VS Code would answer with the last one.
    [BOOK, 3, undefined],
    ["file:///w/closed.ipynb", 0, undefined],
  ])("%s, number %i", (uri, index, path) => {
    const document = documentOfCell(uri, index);
    expect(document?.uri.path).toBe(path);
    expect(document?.uri.query).toBe(path && String(index));
  });
});

describe("a cell that is brought into view", () => {
  it("is selected in its notebook, which takes no focus", async () => {
    const cell = await revealCell(Uri.parse(BOOK) as never, 1);
    expect(cell?.index).toBe(1);
    expect(showNotebookDocument).toHaveBeenCalledWith(workspace.notebookDocuments[1], {
      preserveFocus: true,
    });
    expect(editor.selection).toEqual(new NotebookRange(1, 2));
    expect(editor.revealRange).toHaveBeenCalledWith(new NotebookRange(1, 2), 2);
    expect(openNotebookDocument).not.toHaveBeenCalled();
  });

  it("is the last one of a copy that has fewer", async () => {
    expect((await revealCell(Uri.parse(BOOK) as never, 7))?.index).toBe(2);
    expect(editor.selection).toEqual(new NotebookRange(2, 3));
  });

  it("is of a notebook that is opened first where it is closed", async () => {
    const uri = Uri.parse("file:///w/closed.ipynb");
    expect((await revealCell(uri as never, 1))?.index).toBe(1);
    expect(openNotebookDocument).toHaveBeenCalledWith(uri);
  });

  it("is none of a notebook without cells, which is not shown", async () => {
    workspace.notebookDocuments = [book(BOOK, 0)];
    expect(await revealCell(Uri.parse(BOOK) as never, 0)).toBeUndefined();
    await showCell(Uri.parse(BOOK) as never, 0, new Position(0, 0) as never);
    expect(showNotebookDocument).not.toHaveBeenCalled();
    expect(executeCommand).not.toHaveBeenCalled();
  });

  it.each([
    [new Position(1, 3), new Position(1, 3)],
    [new Position(9, 0), LAST],
  ])("has the cursor at %o, as far as its text goes", async (wanted, place) => {
    await showCell(Uri.parse(BOOK) as never, 1, wanted as never);
    const { document } = book(BOOK, 3).getCells()[1] as { document: { uri: Uri } };
    expect(executeCommand).toHaveBeenCalledWith("vscode.open", document.uri, {
      selection: new Range(place, place),
    });
  });
});
