// Shared documents as the bridge sends them, for tests.
import type { EditorDocument } from "@peerline/ui/generated/protocol";

/** A document that ann shares and that is open here. */
export function document(id = "d1", changes: Partial<EditorDocument> = {}): EditorDocument {
  return {
    document_id: id,
    generation: "g1",
    file: "src/a.py",
    uri: "file:///w/src/a.py",
    is_open: true,
    has_file: true,
    state: "equal",
    can_edit: true,
    can_unshare: false,
    pending: 0,
    open_by: [],
    shared_by: "ann",
    shared_by_name: "ann",
    ...changes,
  };
}
