// Notices about shared documents: who shared and who saved one.

import type { EditorDocument, EditorDocumentSaved } from "@peerline/ui/generated/protocol";
import { run } from "@peerline/ui/supervise";
import { commands, Disposable, window } from "vscode";
import type { Session } from "../session/session";
import { withoutIcons } from "../shared/names";
import { canonical } from "../shared/places";
import { settings } from "../shared/settings";
import { show, tell } from "../shared/tell";
import { openDocument } from "./documentCommands";
import {
  alreadySharedText,
  joinedText,
  savedText,
  sharedText,
  unsharedText,
} from "./documentTexts";
import { DocumentLists, type DocumentNews, SavedNews } from "./news";
import { isShown } from "./openTexts";

const SAVED_MS = 5000;
/** More files at once are told as a number. */
const MAX_SINGLE = 2;

/** Shows the news as they come. */
export function showDocumentNotices(session: Session): Disposable {
  const lists = new DocumentLists();
  const saves = new SavedNews();
  return Disposable.from(
    session.onDidChangeDocuments((documents) => {
      if (session.isInSession) {
        showNews(session, lists.take(documents.map(asShown), session.state.user_id));
      } else {
        lists.reset();
      }
    }),
    session.onDidSaveDocument((saved) => {
      if (saves.isNews(saved.user_id, saved.document_id, Date.now())) {
        const text = withoutIcons(savedText(saved.username, saved.file));
        window.setStatusBarMessage(`$(save) ${text}`, SAVED_MS);
      }
      saveTogether(saved);
    }),
  );
}

/** A document that no tab shows is not open, though VS Code may still have it. */
function asShown(document: EditorDocument): EditorDocument {
  return document.is_open && !isShown(canonical(document.uri))
    ? { ...document, is_open: false }
    : document;
}

function showNews(session: Session, { shared, joined, found, unshared }: DocumentNews): void {
  if (shared.length > MAX_SINGLE) {
    run("telling of shared files", () => offerList(shared));
  } else {
    for (const document of shared) {
      run("telling of a shared file", () => offerFile(session, document));
    }
  }
  for (const document of joined) {
    show.info(joinedText(document));
  }
  if (found.length > 0) {
    run("telling of shared files", () => offerList(found));
  }
  for (const { file } of unshared) {
    show.info(unsharedText(file));
  }
}

async function offerFile(session: Session, document: EditorDocument): Promise<void> {
  const open = "Open";
  if ((await tell(sharedText(document.shared_by_name, document.file), open)) === open) {
    await openDocument(session, document);
  }
}

async function offerList(documents: readonly EditorDocument[]): Promise<void> {
  const list = "Shared Files…";
  if ((await tell(alreadySharedText(documents.map(({ file }) => file)), list)) === list) {
    await commands.executeCommand("peerline.sharedFiles");
  }
}

/** Save the own file, too, if that is wanted and its text is the one that was saved. */
function saveTogether({ uri, is_equal }: EditorDocumentSaved): void {
  const document = window.activeTextEditor?.document;
  if (
    settings().saveTogether &&
    is_equal &&
    document?.isDirty === true &&
    document.uri.toString() === canonical(uri)
  ) {
    // Only the active editor can be saved without its formatters.
    run("saving together", () =>
      commands.executeCommand("workbench.action.files.saveWithoutFormatting"),
    );
  }
}
