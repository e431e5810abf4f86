// Sends the own cursor, selection and visible lines: at once, then at most every 30 ms.

import type { EditorCursor } from "@peerline/ui/generated/protocol";
import { guard, listen } from "@peerline/ui/supervise";
import { Disposable, type NotebookCell, type TextEditor, window } from "vscode";
import type { Session } from "../session/session";
import { cellOf } from "../shared/cells";
import { fromPosition, fromRange, visibleLines } from "../shared/places";
import { isInSession } from "../shared/sessionFiles";
import { Throttle } from "../shared/throttle";

const INTERVAL_MS = 30;
/** No editor is active for a moment while another one opens: only later is one elsewhere. */
const ELSEWHERE_MS = 300;
/** Editors in which one writes about the code keep one's place in the code. */
const WRITING_SCHEMES = new Set(["comment", "chatSessionInput"]);

/** Watches the active editor as long as one is in a session. */
export function shareCursor(session: Session): Disposable {
  let lastSent = "";
  let timer: NodeJS.Timeout | undefined;
  const send = (cursor: EditorCursor) => {
    const text = JSON.stringify({ ...cursor, textDocument: cursor.textDocument?.uri });
    if (session.isInSession && text !== lastSent) {
      lastSent = text;
      session.sendCursor(cursor);
    }
  };
  const throttle = new Throttle(() => {
    clearTimeout(timer);
    const editor = window.activeTextEditor;
    if (editor !== undefined && WRITING_SCHEMES.has(editor.document.uri.scheme)) {
      return;
    }
    const cursor = cursorOf(editor);
    if (cursor !== undefined) {
      send(cursor);
    } else {
      timer = setTimeout(
        guard("sharing the cursor", () => send(cursorOf(window.activeTextEditor) ?? {})),
        ELSEWHERE_MS,
      );
    }
  }, INTERVAL_MS);
  const onNotebook = () => throttle.request();
  const onEvent = (editor: TextEditor | undefined) => {
    if (editor === window.activeTextEditor) {
      throttle.request();
    }
  };
  return Disposable.from(
    throttle,
    new Disposable(() => clearTimeout(timer)),
    listen(window.onDidChangeTextEditorSelection, "sharing the cursor", (event) =>
      onEvent(event.textEditor),
    ),
    listen(window.onDidChangeTextEditorVisibleRanges, "sharing the cursor", (event) =>
      onEvent(event.textEditor),
    ),
    listen(window.onDidChangeActiveTextEditor, "sharing the cursor", onEvent),
    listen(window.onDidChangeActiveNotebookEditor, "sharing the cursor", onNotebook),
    listen(window.onDidChangeNotebookEditorSelection, "sharing the cursor", onNotebook),
    session.onDidChangeState(({ state }) => {
      if (state === "joined") {
        lastSent = "";
        throttle.request();
      }
    }),
  );
}

function cursorOf(editor: TextEditor | undefined): EditorCursor | undefined {
  const cell = (editor && cellOf(editor.document)) ?? selectedCell();
  if (cell !== undefined) {
    return cursorIn(cell, editor);
  }
  if (editor === undefined || !isInSession(editor.document.uri)) {
    return undefined;
  }
  const { document, selection } = editor;
  return {
    textDocument: { uri: document.uri.toString(), version: document.version },
    position: fromPosition(selection.active),
    selection: selection.isEmpty ? undefined : fromRange(selection),
    viewport: visibleLines(editor),
  };
}

/** The cell that is selected without being edited. */
function selectedCell(): NotebookCell | undefined {
  const editor = window.activeNotebookEditor;
  return editor === undefined || editor.selection.start >= editor.notebook.cellCount
    ? undefined
    : editor.notebook.cellAt(editor.selection.start);
}

/** The place in a cell; that of its editor's cursor if the cell is being edited. */
function cursorIn(cell: NotebookCell, editor: TextEditor | undefined): EditorCursor | undefined {
  const { notebook, document, index } = cell;
  if (!isInSession(notebook.uri)) {
    return undefined;
  }
  const isEdited = editor?.document.uri.toString() === document.uri.toString();
  const selection = isEdited ? editor?.selection : undefined;
  return {
    textDocument: { uri: notebook.uri.toString() },
    cell: index,
    position: selection === undefined ? { line: 0, character: 0 } : fromPosition(selection.active),
    selection: selection === undefined || selection.isEmpty ? undefined : fromRange(selection),
  };
}
