// Opens a file at a position.
import {
  type Position,
  Selection,
  type TextEditor,
  TextEditorRevealType,
  type Uri,
  window,
} from "vscode";

/** Show a file with the cursor at a position, in the middle of the editor if it was out of sight. */
export async function showAt(uri: Uri, position: Position): Promise<TextEditor> {
  const editor = await window.showTextDocument(uri, { preview: true });
  const place = editor.document.validatePosition(position);
  editor.selection = new Selection(place, place);
  editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
  return editor;
}
