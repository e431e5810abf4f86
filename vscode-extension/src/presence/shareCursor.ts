// Sends the own cursor, selection and visible lines: at once, then at most every 30 ms.

import type { EditorCursor } from "@peerline/ui/generated/protocol";
import { guard, listen } from "@peerline/ui/supervise";
import { Disposable, type TextDocument, type TextEditor, window, workspace } from "vscode";
import { FILE_SCHEME } from "../documents/sharedTree";
import type { Session } from "../session/session";
import { fromPosition, fromRange, visibleLines } from "../shared/places";
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
    session.onDidChangeState(({ state }) => {
      if (state === "joined") {
        lastSent = "";
        throttle.request();
      }
    }),
  );
}

function cursorOf(editor: TextEditor | undefined): EditorCursor | undefined {
  if (editor === undefined || !isInSession(editor.document)) {
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

/** Whether others can be in the document, too. */
function isInSession({ uri }: TextDocument): boolean {
  return uri.scheme === FILE_SCHEME || workspace.getWorkspaceFolder(uri) !== undefined;
}
