// Shared documents that the user has no file of, as files of the scheme `peerline-file`.

import type { EditorDocument, EditorDocumentText } from "@peerline/ui/generated/protocol";
import {
  Disposable,
  EventEmitter,
  type FileChangeEvent,
  FileChangeType,
  FilePermission,
  type FileStat,
  FileSystemError,
  type FileSystemProvider,
  FileType,
  Uri,
  workspace,
} from "vscode";
import type { Session } from "../session/session";
import { canonical } from "../shared/places";
import { FILE_SCHEME } from "../shared/sessionFiles";
import { isSynced } from "./documentTexts";
import { type Entry, entryAt } from "./sharedTree";
import { type SharedFile, treeChanges } from "./treeChanges";

/** Reads the texts from the session. Saving writes no file: the text is with everybody already. */
export class SharedFileSystem implements FileSystemProvider, Disposable {
  readonly #session: Session;
  readonly #changed = new EventEmitter<FileChangeEvent[]>();
  readonly #disposables: Disposable[];
  /** The size that each file had when it was read, and when it was saved. */
  readonly #stats = new Map<string, { size: number; mtime: number }>();
  /** The shared documents without a file of the user's, by their URIs. */
  #files: ReadonlyMap<string, SharedFile> = new Map();
  readonly onDidChangeFile = this.#changed.event;

  constructor(session: Session) {
    this.#session = session;
    this.#disposables = [
      this.#changed,
      workspace.registerFileSystemProvider(FILE_SCHEME, this, { isCaseSensitive: true }),
      session.onDidChangeDocuments((documents) => this.#tellChanges(documents)),
    ];
  }

  stat(uri: Uri): FileStat {
    const entry = this.#entryAt(uri);
    if (entry.kind === "folder") {
      return { type: FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    }
    return {
      type: FileType.File,
      ctime: 0,
      ...this.#statOf(uri),
      permissions: canWrite(entry.document) ? undefined : FilePermission.Readonly,
    };
  }

  readDirectory(uri: Uri): [string, FileType][] {
    const entry = this.#entryAt(uri);
    if (entry.kind === "file") {
      throw FileSystemError.FileNotADirectory(uri);
    }
    return entry.names.map(([name, kind]) => [
      name,
      kind === "file" ? FileType.File : FileType.Directory,
    ]);
  }

  async readFile(uri: Uri): Promise<Uint8Array> {
    const { document_id } = this.#documentAt(uri);
    const answer = await this.#session.command("peerline.readDocument", { document_id });
    const content = new TextEncoder().encode((answer as EditorDocumentText).text);
    this.#stats.set(uri.toString(), { ...this.#statOf(uri), size: content.length });
    return content;
  }

  writeFile(uri: Uri, content: Uint8Array): void {
    const document = this.#documentAt(uri);
    if (!canWrite(document)) {
      throw FileSystemError.NoPermissions("Viewers cannot write in shared files.");
    }
    if (!isSynced(document)) {
      throw FileSystemError.Unavailable(
        "The file is not shared here at the moment. Save the text with Save As… to keep it.",
      );
    }
    this.#setStat(uri, content.length);
  }

  watch(): Disposable {
    return new Disposable(() => undefined);
  }

  createDirectory(): void {
    throw FileSystemError.NoPermissions(ONLY_TEXT);
  }

  delete(): void {
    throw FileSystemError.NoPermissions(ONLY_TEXT);
  }

  rename(): void {
    throw FileSystemError.NoPermissions(ONLY_TEXT);
  }

  #entryAt(uri: Uri): Entry {
    const { session_id = "" } = this.#session.state;
    if (!this.#session.isInSession) {
      throw FileSystemError.Unavailable("Join the session to open its shared files.");
    }
    // VS Code writes the authority in lower case.
    const isHere = uri.authority.toLowerCase() === session_id.toLowerCase();
    const entry = isHere ? entryAt(this.#session.documents, uri.path) : undefined;
    if (entry === undefined) {
      throw FileSystemError.FileNotFound(uri);
    }
    return entry;
  }

  #documentAt(uri: Uri): EditorDocument {
    const entry = this.#entryAt(uri);
    if (entry.kind === "folder") {
      throw FileSystemError.FileIsADirectory(uri);
    }
    return entry.document;
  }

  #statOf(uri: Uri): { size: number; mtime: number } {
    return this.#stats.get(uri.toString()) ?? { size: 0, mtime: 1 };
  }

  /** The file has changed. */
  #setStat(uri: Uri, newSize?: number): void {
    const { size, mtime } = this.#statOf(uri);
    this.#stats.set(uri.toString(), { size: newSize ?? size, mtime: mtime + 1 });
  }

  /** Documents came or went, or the user may write in one now, or no longer. */
  #tellChanges(documents: readonly EditorDocument[]): void {
    const files = new Map<string, SharedFile>();
    for (const document of documents) {
      if (document.uri.startsWith(`${FILE_SCHEME}:`)) {
        const file = { documentId: document.document_id, canWrite: canWrite(document) };
        files.set(canonical(document.uri), file);
      }
    }
    const changes = treeChanges(this.#files, files);
    this.#files = files;
    for (const { uri, isNew } of changes) {
      if (isNew) {
        // VS Code keeps the text that it has of a file with the same time and size, which may be
        // that of a document that was shared under this name before.
        this.#setStat(Uri.parse(uri));
      }
    }
    if (changes.length > 0) {
      this.#changed.fire(
        changes.map(({ uri, kind }) => ({ uri: Uri.parse(uri), type: CHANGE_TYPES[kind] })),
      );
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

const CHANGE_TYPES = {
  created: FileChangeType.Created,
  changed: FileChangeType.Changed,
  deleted: FileChangeType.Deleted,
};

const ONLY_TEXT = "Shared files can be written in here, and nothing else.";

function canWrite({ can_edit }: EditorDocument): boolean {
  return can_edit !== false;
}
