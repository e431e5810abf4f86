// Sends the own cursor, selection and visible lines: at once, then at most every 30 ms.

import type { EditorCursor } from "@peerline/ui/generated/protocol";
import { listen } from "@peerline/ui/supervise";
import { Disposable, type TextEditor, window, workspace } from "vscode";
import type { Session } from "../session/session";
import { fromPosition, fromRange, visibleLines } from "../shared/places";
import { Throttle } from "../shared/throttle";

const INTERVAL_MS = 30;

/** Watches the active editor as long as one is in a session. */
export function shareCursor(session: Session): Disposable {
  let lastSent = "";
  const throttle = new Throttle(() => {
    const cursor = cursorOf(window.activeTextEditor);
    const text = JSON.stringify({ ...cursor, textDocument: cursor?.textDocument?.uri });
    if (cursor !== undefined && session.isInSession && text !== lastSent) {
      lastSent = text;
      session.sendCursor(cursor);
    }
  }, INTERVAL_MS);
  const onEvent = (editor: TextEditor | undefined) => {
    if (editor === window.activeTextEditor) {
      throttle.request();
    }
  };
  return Disposable.from(
    throttle,
    listen(window.onDidChangeTextEditorSelection, "sharing the cursor", (event) =>
      onEvent(event.textEditor),
    ),
    listen(window.onDidChangeTextEditorVisibleRanges, "sharing the cursor", (event) =>
      onEvent(event.textEditor),
    ),
    listen(window.onDidChangeActiveTextEditor, "sharing the cursor", onEvent),
    session.onDidChangeState(({ state }) => {
      if (state === "joined") {
        lastSent = "";
        throttle.request();
      }
    }),
  );
}

function cursorOf(editor: TextEditor | undefined): EditorCursor | undefined {
  if (editor === undefined || workspace.getWorkspaceFolder(editor.document.uri) === undefined) {
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
