// The commands about shared documents.

import type { EditorDocument } from "@peerline/ui/generated/protocol";
import { commands, type QuickPickItem, Uri, window, workspace } from "vscode";
import type { Session } from "../session/session";
import { CELL_SCHEME } from "../shared/cells";
import { withoutIcons } from "../shared/names";
import { FILE_SCHEME } from "../shared/sessionFiles";
import { show } from "../shared/tell";
import { documentRow, fileName } from "./documentTexts";
import { activeDocument, sharedDocument } from "./marks";
import { isShown } from "./openTexts";
import type { QuestionBox } from "./questionBox";

const NOTHING_MS = 4000;

interface Item extends QuickPickItem {
  readonly document: EditorDocument;
}

interface Action extends QuickPickItem {
  readonly run: string;
}

/** Shares files, opens them, and takes back one's own edits. */
export class DocumentCommands {
  readonly #session: Session;
  readonly #questions: QuestionBox;

  constructor(session: Session, questions: QuestionBox) {
    this.#session = session;
    this.#questions = questions;
  }

  /** Share a file: the one in the active editor, or the one whose menu it was. */
  async share(of?: Uri): Promise<void> {
    const uri = target(of);
    const shared = uri && sharedDocument(this.#session, uri.toString());
    if (uri === undefined) {
      show.warning("Open the file that you want to share.");
    } else if (shared !== undefined) {
      show.info(`${fileName(shared.file)} is shared already.`);
    } else if (uri.scheme === CELL_SCHEME || isNotebook(uri)) {
      show.warning(
        "A notebook cannot be shared as cells. Open it with Reopen Editor With… as text to share that.",
      );
    } else if (uri.scheme === "untitled") {
      show.warning("Save the file in one of the open folders before you share it.");
    } else if (uri.scheme !== "file" || workspace.getWorkspaceFolder(uri) === undefined) {
      show.warning("Only files of the open folders can be shared.");
    } else {
      const file = fileName(workspace.asRelativePath(uri, false));
      if (!(await canOpen(uri))) {
        show.warning(
          `The file ${file} cannot be shared: it is binary or too large to be opened as text.`,
        );
        return;
      }
      // The text that is shared is the editor's.
      const { document } = await window.showTextDocument(uri, { preview: false });
      const uriText = document.uri.toString();
      const answer = await this.#session.command("peerline.shareDocument", { uri: uriText });
      // If somebody was faster, there is a notice that they have shared it.
      if ((answer as { shared_by?: string }).shared_by === this.#session.state.user_id) {
        show.info(
          `${file} is shared: everybody in the session can open it, and editors can write in it.`,
        );
      }
    }
  }

  /** End the sharing of a file, for everybody. */
  async unshare(of?: Uri): Promise<void> {
    const uri = target(of)?.toString();
    const document = uri === undefined ? undefined : sharedDocument(this.#session, uri);
    if (document === undefined) {
      show.info("This file is not shared.");
    } else {
      await this.#session.command("peerline.unshareDocument", { uri: document.uri });
    }
  }

  /** Take back the last step of one's own edits, or make it again. */
  async step(which: "undo" | "redo"): Promise<void> {
    const document = activeDocument(this.#session);
    if (document === undefined) {
      show.info(`Open a shared file to ${which} an edit of yours.`);
      return;
    }
    const answer = await this.#session.command(`peerline.${which}`, { uri: document.uri });
    if (!(answer as { is_done?: boolean }).is_done) {
      window.setStatusBarMessage(`There is no edit of yours to ${which} in this file.`, NOTHING_MS);
    }
  }

  /** List the shared files, to open one. */
  async list(): Promise<void> {
    const { documents } = this.#session;
    if (documents.length === 0) {
      show.info("No files are shared. Run Peerline: Share This File in the editor of one.");
      return;
    }
    const items: Item[] = documents.map((document) => ({ ...documentRow(document), document }));
    const chosen = await window.showQuickPick(items, {
      title: "Peerline: Shared Files",
      placeHolder: "Select a file to open it",
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen !== undefined) {
      await openDocument(this.#session, chosen.document);
    }
  }

  /** Ask again which text to use. */
  chooseText(): void {
    const document = activeDocument(this.#session);
    if (document === undefined || !this.#questions.askAgain(document.uri)) {
      show.info("The text of this file is the shared one.");
    }
  }

  /** Offer the actions for the shared file in the active editor. */
  async menu(): Promise<void> {
    const document = activeDocument(this.#session);
    if (document === undefined) {
      await this.list();
      return;
    }
    const title = `Peerline: ${withoutIcons(fileName(document.file))}`;
    const chosen = await window.showQuickPick(actions(document), { title });
    if (chosen !== undefined) {
      await commands.executeCommand(chosen.run);
    }
  }
}

/** Open a shared document: the user's own file of it if there is one. Its URI. */
export async function openDocument(session: Session, document: EditorDocument): Promise<Uri> {
  const uri = Uri.parse(document.uri);
  const isThere = isShown(uri.toString()) || (await exists(uri));
  const { session_id } = session.state;
  // VS Code still has the text of a file that was deleted a moment ago.
  const place =
    isThere || session_id === undefined ? uri : uriWithoutFile(session_id, document.file);
  await window.showTextDocument(place, { preview: false });
  return place;
}

/** Whether the editor that shows a file has cells. */
function isNotebook(uri: Uri): boolean {
  return window.activeNotebookEditor?.notebook.uri.toString() === uri.toString();
}

async function canOpen(uri: Uri): Promise<boolean> {
  try {
    await workspace.openTextDocument(uri);
    return true;
  } catch {
    return false;
  }
}

/** Whether there is a file. */
export async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

function uriWithoutFile(sessionId: string, file: string): Uri {
  return Uri.from({ scheme: FILE_SCHEME, authority: sessionId, path: `/${file}` });
}

function actions(document: EditorDocument): Action[] {
  const isDifferent = document.state === "different";
  return [
    ...(isDifferent
      ? [{ label: "$(diff) Choose the Text to Use…", run: "peerline.chooseText" }]
      : [
          { label: "$(discard) Undo My Edit", run: "peerline.undoMyEdit" },
          { label: "$(redo) Redo My Edit", run: "peerline.redoMyEdit" },
          { label: "$(person) Who Wrote This", run: "peerline.whoWroteThis" },
        ]),
    { label: "$(files) Shared Files…", run: "peerline.sharedFiles" },
    ...(document.can_unshare
      ? [{ label: "$(circle-slash) Stop Sharing This File", run: "peerline.unshareFile" }]
      : []),
  ];
}

/** A menu passes its file; the palette means the active editor, which may not show a text. */
function target(of: unknown): Uri | undefined {
  if (of instanceof Uri) {
    return of;
  }
  const shown = window.tabGroups.activeTabGroup.activeTab?.input as { uri?: unknown } | undefined;
  const { uri } = window.activeTextEditor?.document ?? { uri: shown?.uri };
  return uri instanceof Uri ? uri : undefined;
}
