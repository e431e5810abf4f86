// VS Code's text documents, for the edits of the bridge.

import type { Position, TextEdit } from "@peerline/ui/generated/protocol";
import {
  EndOfLine,
  Selection,
  TabInputText,
  TabInputTextDiff,
  type TextDocument,
  TextEditorRevealType,
  type Uri,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import { canonical, toPosition, toRange } from "../shared/places";
import { withLf } from "./checks";
import type { OpenText } from "./edits";

/** The document of a URI that is open, shown or not. */
export function findDocument(uri: string): TextDocument | undefined {
  const wanted = canonical(uri);
  return workspace.textDocuments.find((document) => document.uri.toString() === wanted);
}

/** The same, to be edited. */
export function findText(uri: string): OpenText | undefined {
  const document = findDocument(uri);
  return document && new DocumentText(document);
}

/** Whether a tab shows a document. */
export function isShown(uri: string): boolean {
  return window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => shownBy(input)?.toString() === uri),
  );
}

function shownBy(input: unknown): Uri | undefined {
  if (input instanceof TabInputText) {
    return input.uri;
  }
  return input instanceof TabInputTextDiff ? input.modified : undefined;
}

/** Put the cursor at a place of the document in the active editor, and bring it into view. */
export function goTo(uri: string, position: Position): void {
  const editor = window.activeTextEditor;
  if (editor?.document.uri.toString() === uri) {
    const place = editor.document.validatePosition(toPosition(position));
    editor.selection = new Selection(place, place);
    editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

class DocumentText implements OpenText {
  readonly #document: TextDocument;

  constructor(document: TextDocument) {
    this.#document = document;
  }

  get version(): number {
    return this.#document.version;
  }

  get isShown(): boolean {
    return isShown(this.#document.uri.toString());
  }

  has({ range, newText }: TextEdit): boolean {
    const text = this.#document.getText(toRange(range));
    return withLf(text) === withLf(newText);
  }

  async apply(edits: readonly TextEdit[]): Promise<boolean> {
    const change = new WorkspaceEdit();
    const isCrlf = this.#document.eol === EndOfLine.CRLF;
    for (const { range, newText } of edits) {
      const text = withLf(newText);
      const ownEnds = isCrlf ? text.replaceAll("\n", "\r\n") : text;
      change.replace(this.#document.uri, toRange(range), ownEnds);
    }
    return workspace.applyEdit(change);
  }
}
