// The text of a document that was kept, for a page that can no longer open it.
import { decodeKept } from "./kept.ts";
import { LocalText } from "./localText.ts";

/**
 * The whole text, own edits included, of bytes that `OpenedDocument.kept` returned.
 *
 * @throws UpdateError if they are damaged.
 */
export function keptText(kept: Uint8Array): string {
  const local = LocalText.restored(decodeKept(kept), 1, () => 0);
  const { text } = local;
  local.close();
  return text;
}
