// Tells a file that was read from the disk again from one in which somebody typed. Pure.

/** The facts about a change of a document. */
export interface ChangeFacts {
  readonly scheme: string;
  /** Whether the document has unsaved text, which VS Code may not know yet at the first key. */
  readonly isDirty: boolean;
  /** Whether it was undone or redone: that can lead back to what is saved. */
  readonly isUndo: boolean;
  /** Whether the document is shared. */
  readonly isShared: boolean;
  /** Whether the change was made for the bridge: a read-only document is never dirty. */
  readonly isOwnEdit: boolean;
  /** Whether the file on the disk has the document's text now. */
  isOnDisk(): boolean;
}

/** Whether a shared file was read again: after a checkout of git, a formatter, a revert. */
export function isReload(change: ChangeFacts): boolean {
  return (
    change.isShared &&
    change.scheme === "file" &&
    !change.isDirty &&
    !change.isUndo &&
    !change.isOwnEdit &&
    change.isOnDisk()
  );
}
