// The documents that others in the session can have, too.
import { type Uri, workspace } from "vscode";

/** The scheme of shared documents that are no files here: `peerline-file://SESSION/PATH`. */
export const FILE_SCHEME = "peerline-file";

/** The path of a document in its folder, or in the session if it is no file here. */
export function pathInFolder(uri: Uri): string | undefined {
  if (uri.scheme === FILE_SCHEME) {
    return uri.path.replace(/^\/+/u, "");
  }
  const folder = workspace.getWorkspaceFolder(uri);
  return folder && uri.path.slice(folder.uri.path.length).replace(/^\/+/u, "");
}

/** Whether others can be in the document, too. */
export function isInSession(uri: Uri): boolean {
  return pathInFolder(uri) !== undefined;
}
