// Tells the others which files were created, saved, deleted or renamed here.

import type { FileChange } from "@peerline/ui/generated/protocol";
import { listen } from "@peerline/ui/supervise";
import { Disposable, type Uri, workspace } from "vscode";
import { canWrite } from "../session/context";
import type { Session } from "../session/session";
import { settings } from "../shared/settings";

/** A file that is saved again and again is told of at most this often. */
const SAVE_MS = 10_000;

/** Watches what the user does in this window; what programs do on the disk is nobody's event. */
export function shareFileEvents(session: Session): Disposable {
  const savedAt = new Map<string, number>();
  const tell = (change: FileChange, uri: Uri, oldUri?: Uri) => {
    const file = relative(uri);
    const oldFile = oldUri && relative(oldUri);
    if (file === undefined || !session.isJoined || !canWrite(session.state)) {
      return;
    }
    if (settings().shareFileEvents && (change !== "renamed" || oldFile !== undefined)) {
      // What cannot be told is not worth a message: it is a note beside the work.
      session
        .command("peerline.fileEvent", { data: { file, change, old_file: oldFile } })
        .catch(() => undefined);
    }
  };
  return Disposable.from(
    listen(workspace.onDidSaveTextDocument, "telling of a file", ({ uri }) => {
      const now = Date.now();
      if (now - (savedAt.get(uri.toString()) ?? Number.NEGATIVE_INFINITY) >= SAVE_MS) {
        savedAt.set(uri.toString(), now);
        tell("modified", uri);
      }
    }),
    listen(workspace.onDidCreateFiles, "telling of a file", ({ files }) => {
      for (const uri of files) {
        tell("created", uri);
      }
    }),
    listen(workspace.onDidDeleteFiles, "telling of a file", ({ files }) => {
      for (const uri of files) {
        tell("deleted", uri);
      }
    }),
    listen(workspace.onDidRenameFiles, "telling of a file", ({ files }) => {
      for (const { oldUri, newUri } of files) {
        tell("renamed", newUri, oldUri);
      }
    }),
  );
}

/** The path as the others know it; undefined outside of the workspace's folders. */
function relative(uri: Uri): string | undefined {
  const folder = uri.scheme === "file" ? workspace.getWorkspaceFolder(uri) : undefined;
  return folder && workspace.asRelativePath(uri, false);
}
