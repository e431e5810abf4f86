// The cells of notebooks: found by their document or number, and brought into view.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { cellOf, documentOfCell, revealCell, showCell } from "../../src/shared/cells";
import { begin, code, Position, Range, Uri, window, workspace } from "../vscode";

vi.mock("vscode", () => import("../vscode"));

const NOTEBOOK = Uri.file("/w/a.ipynb");

interface Cell {
  readonly document: { readonly uri: Uri; validatePosition(at: Position): Position };
}

function cell(name: string): Cell {
  const uri = Uri.parse(`vscode-notebook-cell:///w/a.ipynb?${name}`);
  return { document: { uri, validatePosition: ({ line }) => new Position(line, 0) } };
}

function notebook(uri: Uri, cells: readonly Cell[]) {
  return {
    uri,
    cellCount: cells.length,
    getCells: () => cells,
    cellAt: (index: number) => cells[index],
  };
}

const cells = [cell("one"), cell("two")];
let editor: { selection?: unknown; revealed?: unknown };
let options: unknown;

beforeEach(() => {
  begin();
  editor = {};
  workspace.notebookDocuments = [notebook(Uri.file("/w/b.ipynb"), []), notebook(NOTEBOOK, cells)];
  Object.assign(window, {
    showNotebookDocument: async (_notebook: unknown, given: unknown) => {
      options = given;
      return Object.assign(editor, {
        revealRange: (range: unknown) => Object.assign(editor, { revealed: range }),
      });
    },
  });
});

describe("a cell", () => {
  it("is found by its document, in whichever notebook it is", () => {
    expect(cellOf(cells[1]?.document as never)).toBe(cells[1]);
    expect(cellOf(cell("gone").document as never)).toBeUndefined();
    // A file may have the path of a notebook.
    expect(cellOf({ uri: Uri.parse("file:///w/a.ipynb?one") } as never)).toBeUndefined();
  });

  it("is found by its number in a notebook that is open", () => {
    expect(documentOfCell(NOTEBOOK.toString(), 1)).toBe(cells[1]?.document);
    expect(documentOfCell(NOTEBOOK.toString(), 2)).toBeUndefined();
    expect(documentOfCell("file:///w/other.ipynb", 0)).toBeUndefined();
  });

  it("is brought into view with the focus where it was", async () => {
    expect(await revealCell(NOTEBOOK as never, 0)).toBe(cells[0]);
    expect(options).toEqual({ preserveFocus: true });
    expect(editor.selection).toMatchObject({ start: 0, end: 1 });
    expect(editor.revealed).toBe(editor.selection);
  });

  it("is the last one in a copy that has fewer, and none in an empty one", async () => {
    expect(await revealCell(NOTEBOOK as never, 7)).toBe(cells[1]);
    expect(editor.selection).toMatchObject({ start: 1, end: 2 });
    expect(await revealCell(Uri.file("/w/b.ipynb") as never, 0)).toBeUndefined();
  });

  it("is looked for in a notebook that has yet to be opened", async () => {
    const opened = notebook(Uri.file("/w/c.ipynb"), cells);
    Object.assign(workspace, { openNotebookDocument: async () => opened });
    expect(await revealCell(opened.uri as never, 1)).toBe(cells[1]);
  });

  it("gets the cursor at a position that it has", async () => {
    const run = vi.fn();
    const commands = await import("../vscode");
    vi.spyOn(commands.commands, "executeCommand").mockImplementation(run);
    await showCell(NOTEBOOK as never, 1, new Position(3, 9) as never);
    const place = new Position(3, 0);
    expect(run).toHaveBeenCalledWith("vscode.open", cells[1]?.document.uri, {
      selection: new Range(place, place),
    });
    vi.restoreAllMocks();
    await showCell(Uri.file("/w/b.ipynb") as never, 0, place as never);
    expect(code.shown).toEqual([]);
  });
});
