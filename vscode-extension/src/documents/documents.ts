// Shared documents: everybody writes in the same text, each in their own editor.

import { listen } from "@peerline/ui/supervise";
import { type Disposable, window, workspace } from "vscode";
import type { Session } from "../session/session";
import { canonical } from "../shared/places";
import type { RequestHandlers } from "../shared/requestHandlers";
import { Blame } from "./blame";
import { Checks, type VersionedText, withLf } from "./checks";
import { ContextKeys } from "./contextKeys";
import { DocumentCommands } from "./documentCommands";
import { isSynced } from "./documentTexts";
import { Edits } from "./edits";
import { activeDocument, DocumentMarks, sharedDocument } from "./marks";
import { showDocumentNotices } from "./notices";
import { findDocument, findText, goTo, isShown } from "./openTexts";
import { QuestionBox } from "./questionBox";
import { keepReadOnly } from "./readOnlyEditors";
import { SharedFileSystem } from "./sharedFileSystem";
import { stepEnd } from "./stepEnd";
import type { TextSync } from "./textSync";

/** All parts of shared documents. */
export class SharedDocuments implements Disposable {
  readonly #session: Session;
  readonly #checks: Checks;
  readonly #keys = new ContextKeys();
  readonly #disposables: Disposable[];
  readonly commands: DocumentCommands;
  readonly blame: Blame;
  /** The answers to the bridge. */
  readonly requests: RequestHandlers;

  constructor(session: Session, sync: TextSync) {
    this.#session = session;
    const edits = new Edits({ find: findText, flushed: (uri) => sync.flushed(canonical(uri)) });
    sync.use({
      isShared: (uri) => sharedDocument(session, uri) !== undefined,
      isShown,
      isOwnEdit: (uri, version) => edits.isOwn(uri, version),
    });
    this.requests = {
      "peerline/edit": async (edit) => {
        const uri = canonical(edit.uri);
        const answer = await edits.make({ ...edit, uri });
        if (answer.applied && edit.is_own_step) {
          goTo(uri, stepEnd(edit.edits));
        }
        return answer;
      },
      "peerline/text": async ({ uri }) => textOf(uri),
    };
    this.#checks = new Checks(
      (uri) => this.#syncedText(uri),
      (check) => session.tell("peerline/check", check),
    );
    const questions = new QuestionBox(session);
    this.commands = new DocumentCommands(session, questions);
    this.blame = new Blame(session);
    this.#disposables = [
      this.#checks,
      questions,
      this.blame,
      new DocumentMarks(session),
      new SharedFileSystem(session),
      keepReadOnly(session),
      showDocumentNotices(session),
      session.onDidChangeDocuments(() => {
        sync.update();
        this.#setKeys();
      }),
      listen(window.onDidChangeActiveTextEditor, "telling whether a file is shared", () =>
        this.#setKeys(),
      ),
      listen(workspace.onDidChangeTextDocument, "checking shared files", ({ document }) =>
        this.#changed(document.uri.toString()),
      ),
      listen(workspace.onDidCloseTextDocument, "checking shared files", ({ uri }) =>
        this.#checks.forget(uri.toString()),
      ),
    ];
    this.#setKeys();
  }

  #changed(uri: string): void {
    if (sharedDocument(this.#session, uri) !== undefined) {
      this.#checks.changed(uri);
    }
  }

  /** The text of a document that is shared now, and shown. */
  #syncedText(uri: string): VersionedText | undefined {
    const document = sharedDocument(this.#session, uri);
    if (document === undefined || !isSynced(document) || !isShown(uri)) {
      return undefined;
    }
    const open = findDocument(uri);
    return open && { version: open.version, text: open.getText() };
  }

  #setKeys(): void {
    const { documents } = this.#session;
    const active = activeDocument(this.#session);
    this.#keys.set({
      sharedDocument: active !== undefined && isSynced(active),
      documentDiffers: active?.state === "different",
      canUnshare: active?.can_unshare === true,
      sharedUris: documents.map(({ uri }) => canonical(uri)),
      unshareableUris: documents
        .filter(({ can_unshare }) => can_unshare)
        .map(({ uri }) => canonical(uri)),
    });
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

/** The answer to `peerline/text`. */
function textOf(uri: string): VersionedText {
  const document = findDocument(uri);
  if (document === undefined) {
    throw new Error("no such document is open");
  }
  return { version: document.version, text: withLf(document.getText()) };
}
