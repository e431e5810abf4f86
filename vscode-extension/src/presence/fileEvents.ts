// Tells the others which files were created, saved, deleted or renamed here.

import type { FileChange } from "@peerline/ui/generated/protocol";
import { listen } from "@peerline/ui/supervise";
import { Disposable, type Uri, workspace } from "vscode";
import { canWrite } from "../session/contextKeys";
import type { Session } from "../session/session";
import { settings } from "../shared/settings";

/** The minimum interval between events about a file that is saved repeatedly. */
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
      // A failure needs no message: file events are only additional information.
      session
        .command("peerline.fileEvent", {
          data: { file, change, old_file: oldFile },
          uri: uri.toString(),
          old_uri: oldUri?.toString(),
        })
        .catch(() => undefined);
    }
  };
  return Disposable.from(
    listen(workspace.onDidSaveTextDocument, "sharing a file event", ({ uri }) => {
      const now = Date.now();
      if (now - (savedAt.get(uri.toString()) ?? Number.NEGATIVE_INFINITY) >= SAVE_MS) {
        savedAt.set(uri.toString(), now);
        tell("modified", uri);
      }
    }),
    listen(workspace.onDidCreateFiles, "sharing a file event", ({ files }) => {
      for (const uri of files) {
        tell("created", uri);
      }
    }),
    listen(workspace.onDidDeleteFiles, "sharing a file event", ({ files }) => {
      for (const uri of files) {
        tell("deleted", uri);
      }
    }),
    listen(workspace.onDidRenameFiles, "sharing a file event", ({ files }) => {
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
