// The texts about shared documents: status bar, list, file decoration, notices. Pure.

import type { EditorDocument } from "@peerline/ui/generated/protocol";
import { nameList } from "@peerline/ui/model/format";
import { asSentence } from "@peerline/ui/refusal";
import { count, oneLine, shortList, withoutIcons } from "../shared/names";

/** More files than these are counted. */
const MAX_FILES = 3;
const FILE_WIDTH = 200;

/** The states in which own edits and those of others come together. */
const SYNCED: ReadonlySet<EditorDocument["state"]> = new Set(["equal", "waiting", "offline"]);

/** Whether what is typed in the document is shared, now or when the connection is back. */
export function isSynced({ state }: EditorDocument): boolean {
  return SYNCED.has(state);
}

/** Whether the user may only read it. */
export function isReadOnly(document: EditorDocument): boolean {
  return document.can_edit === false && isSynced(document);
}

/** The item in the status bar for the document in the active editor. */
export interface DocumentStatus {
  readonly text: string;
  readonly tooltip: string;
  /** For screen readers, which would read the names of the icons. */
  readonly label: string;
  readonly isWarning: boolean;
}

export function documentStatus(document: EditorDocument): DocumentStatus {
  const others = openBy(document);
  const pending = document.pending ?? 0;
  const waits = pending > 0 ? `, ${count(pending, "edit waits", "edits wait")} to be sent` : "";
  const reason = document.reason ? ` ${asSentence(oneLine(document.reason, FILE_WIDTH))}` : "";
  switch (document.state) {
    case "different":
      return status("$(warning) Differs", "Your text differs from the shared one.", true);
    case "detached":
      return status("$(error) Not Shared Here", `Sharing has stopped here.${reason}`, true);
    case "offline":
      return status("$(cloud-upload) Shared", `Shared, but there is no connection${waits}.`, true);
    case "opening":
    case "closed":
      return status("$(sync~spin) Shared", "The shared text is being opened.", false);
    default: {
      const readers = (document.open_by ?? []).length;
      const icon =
        document.can_edit === false ? "$(lock) Shared, Read-only" : "$(live-share) Shared";
      const rule =
        document.can_edit === false
          ? " Viewers cannot edit: a host can make you an editor."
          : " Everybody writes in the same text.";
      const shared = `Shared by ${name(document.shared_by_name)}${otherName(document)}.`;
      const text = `${shared}${rule} ${others}${reason}`;
      return status(readers > 0 ? `${icon} ${readers + 1}` : icon, text, false);
    }
  }
}

/** The name under which a file is shared that somebody else has renamed. */
function otherName({ uri, file }: EditorDocument): string {
  const last = (path: string) => path.slice(path.lastIndexOf("/") + 1).normalize();
  return last(file) === last(decoded(uri)) ? "" : ` as ${fileName(file)}`;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

function status(text: string, description: string, isWarning: boolean): DocumentStatus {
  const label = `Peerline: ${description}`;
  return { text, tooltip: withoutIcons(label), label, isWarning };
}

/** A row of the list of shared files. */
export interface DocumentRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

export function documentRow(document: EditorDocument): DocumentRow {
  const place = document.is_open
    ? " · open here"
    : document.has_file
      ? ""
      : " · not in this workspace";
  return {
    label: withoutIcons(fileName(document.file)),
    description: withoutIcons(`shared by ${name(document.shared_by_name)}${place}`),
    detail: withoutIcons(openBy(document)),
  };
}

/** The other people who have a document open, as a sentence. */
function openBy({ open_by = [] }: EditorDocument): string {
  const names = shortList(open_by.map(({ username }) => username));
  return open_by.length === 0 ? "Nobody else has it open." : `Open by ${names}.`;
}

/** The tooltip of a shared file in the explorer and in tabs. */
export function decorationText(document: EditorDocument): string {
  return document.state === "detached"
    ? "Shared, but not here any more"
    : "Shared with the session";
}

export function savedText(username: string, file: string): string {
  return `${name(username)} saved ${fileName(file)}`;
}

export function sharedText(username: string, file: string): string {
  return `${name(username)} shared ${fileName(file)}.`;
}

/** The notice about a file that was open here when somebody shared it. */
export function joinedText(document: EditorDocument): string {
  const rule = document.can_edit === false ? "" : " You have it open: what you type is shared.";
  return sharedText(document.shared_by_name, document.file) + rule;
}

export function alreadySharedText(files: readonly string[]): string {
  const all = nameList(files.map(fileName), MAX_FILES);
  return `${count(files.length, "file is", "files are")} shared in this session: ${all}.`;
}

export function unsharedText(file: string): string {
  return `${fileName(file)} is no longer shared. Your editor keeps the text.`;
}

function name(username: string): string {
  return oneLine(username);
}

/** The path of a file in one line. */
export function fileName(file: string): string {
  return oneLine(file, FILE_WIDTH);
}
