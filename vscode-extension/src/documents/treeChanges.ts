// The changes in the tree of shared documents, file by file. Pure.

/** A shared document, as the tree of files shows it. */
export interface SharedFile {
  readonly documentId: string;
  /** Whether the user may write in it. */
  readonly canWrite: boolean;
}

/** A change of one file; `isNew` if it has another text than one of the same name before. */
export interface TreeChange {
  readonly uri: string;
  readonly kind: "created" | "changed" | "deleted";
  readonly isNew: boolean;
}

/** The changes from one tree to the next, each by the URIs of its files. */
export function treeChanges(
  before: ReadonlyMap<string, SharedFile>,
  now: ReadonlyMap<string, SharedFile>,
): TreeChange[] {
  const changes: TreeChange[] = [];
  for (const [uri, file] of now) {
    const old = before.get(uri);
    const isNew = old?.documentId !== file.documentId;
    if (isNew || old.canWrite !== file.canWrite) {
      changes.push({ uri, kind: old === undefined ? "created" : "changed", isNew });
    }
  }
  for (const uri of before.keys()) {
    if (!now.has(uri)) {
      changes.push({ uri, kind: "deleted", isNew: false });
    }
  }
  return changes;
}
