// The cells of notebooks: each is a document of its own, and others know it by its number.

import {
  commands,
  type NotebookCell,
  type NotebookDocument,
  NotebookEditorRevealType,
  NotebookRange,
  type Position,
  Range,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from "vscode";

/** The scheme of the documents of cells. */
export const CELL_SCHEME = "vscode-notebook-cell";

/** The cell whose text a document is. */
export function cellOf(document: TextDocument): NotebookCell | undefined {
  if (document.uri.scheme !== CELL_SCHEME) {
    return undefined;
  }
  const wanted = document.uri.toString();
  for (const notebook of workspace.notebookDocuments) {
    const cell = notebook.getCells().find((each) => each.document.uri.toString() === wanted);
    if (cell !== undefined) {
      return cell;
    }
  }
  return undefined;
}

/** The document of a cell in a notebook that is open. */
export function documentOfCell(notebookUri: string, index: number): TextDocument | undefined {
  const notebook = workspace.notebookDocuments.find(({ uri }) => uri.toString() === notebookUri);
  return notebook === undefined || index >= notebook.cellCount
    ? undefined
    : notebook.cellAt(index).document;
}

/** Bring a cell into view, with the focus where it was. Undefined if the notebook has none. */
export async function revealCell(uri: Uri, index: number): Promise<NotebookCell | undefined> {
  const notebook = await openNotebook(uri);
  if (notebook.cellCount === 0) {
    return undefined;
  }
  // A copy may have fewer cells.
  const at = Math.min(index, notebook.cellCount - 1);
  const range = new NotebookRange(at, at + 1);
  const editor = await window.showNotebookDocument(notebook, { preserveFocus: true });
  editor.selection = range;
  editor.revealRange(range, NotebookEditorRevealType.InCenterIfOutsideViewport);
  return notebook.cellAt(at);
}

/** Put the cursor at a position in a cell. */
export async function showCell(uri: Uri, index: number, position: Position): Promise<void> {
  const cell = await revealCell(uri, index);
  if (cell !== undefined) {
    const place = cell.document.validatePosition(position);
    const selection = new Range(place, place);
    await commands.executeCommand("vscode.open", cell.document.uri, { selection });
  }
}

async function openNotebook(uri: Uri): Promise<NotebookDocument> {
  const wanted = uri.toString();
  const open = workspace.notebookDocuments.find((notebook) => notebook.uri.toString() === wanted);
  return open ?? (await workspace.openNotebookDocument(uri));
}
