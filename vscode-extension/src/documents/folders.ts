// Shared folders: one's own, and a tree of those of others, whose files open from it.

import type {
  EditorFolder,
  EditorOffers,
  EditorOpenedFile,
  EditorSharedFolder,
} from "@peerline/ui/generated/protocol";
import { run } from "@peerline/ui/supervise";
import {
  commands,
  type Disposable,
  EventEmitter,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
} from "vscode";
import type { Session } from "../session/session";
import { count, oneLine } from "../shared/names";
import { show, tell } from "../shared/tell";
import {
  changedOffers,
  type FolderRow,
  isFolder,
  newOfferNotice,
  offersOfOthers,
  rowDescription,
  rowId,
  rowLabel,
} from "./folderTexts";
import { SharesAgain } from "./sharesAgain";

const VIEW = "peerline.folders";
const LISTED_MS = 10_000;

/** Shares the folder of this window, and lists those of others. */
export class SharedFolders implements TreeDataProvider<FolderRow>, Disposable {
  readonly #session: Session;
  readonly #changed = new EventEmitter<undefined>();
  readonly #disposables: Disposable[];
  readonly #sharesAgain = new SharesAgain();
  #offers: EditorOffers;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: Session) {
    this.#session = session;
    this.#offers = session.offers;
    this.#disposables = [
      this.#changed,
      window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true }),
      session.onDidChangeOffers((offers) => this.#update(offers)),
      session.onDidRestore(() => run("sharing the folder again", () => this.#shareAgain())),
    ];
  }

  async getChildren(row?: FolderRow): Promise<FolderRow[]> {
    if (row === undefined) {
      return offersOfOthers(this.#session.offers).map((offer) => ({ kind: "offer", offer }));
    }
    if (row.kind === "more") {
      return [];
    }
    const userId = row.kind === "offer" ? row.offer.user_id : row.userId;
    const path = row.kind === "offer" ? "" : row.entry.path;
    const answer = await this.#session.command("peerline.listFolder", { path, user_id: userId });
    const { entries, is_cut } = answer as EditorFolder;
    const rows = entries.map((entry): FolderRow => ({ kind: "entry", userId, entry }));
    return is_cut ? [...rows, { kind: "more", userId, path }] : rows;
  }

  getTreeItem(row: FolderRow): TreeItem {
    const item = new TreeItem(
      rowLabel(row),
      isFolder(row) ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
    );
    item.id = rowId(row);
    item.description = rowDescription(row);
    item.contextValue = row.kind;
    if (row.kind === "offer") {
      item.iconPath = new ThemeIcon("root-folder");
    } else if (row.kind === "entry") {
      item.iconPath = isFolder(row) ? ThemeIcon.Folder : ThemeIcon.File;
      item.resourceUri = Uri.from({ scheme: "peerline-offer", path: `/${row.entry.path}` });
      if (!isFolder(row)) {
        item.command = {
          command: "peerline.openSharedFile",
          title: "Open",
          arguments: [row.entry.path, row.userId],
        };
      }
    }
    return item;
  }

  /** Share the folder of this window. */
  async share(): Promise<void> {
    if (!workspace.workspaceFolders?.length) {
      show.warning("Open the folder that you want to share.");
      return;
    }
    const answer = await this.#session.command("peerline.shareFolder");
    const { name, files, is_cut } = answer as EditorSharedFolder;
    const most = is_cut ? "the first " : "";
    const rest = is_cut ? " Share other files one by one." : "";
    show.info(
      `${oneLine(name)} is shared: others can open ${most}${count(files, "file", "files")} of it. ` +
        `A file is sent when somebody opens it.${rest}`,
    );
  }

  /** Share it no longer. */
  async stop(): Promise<void> {
    await this.#session.command("peerline.stopSharingFolder");
    show.info("Your folder is no longer shared. Files that others opened stay shared.");
  }

  /** Open a file of a folder that somebody shares: the user's own of that path if there is one. */
  async open(file?: string, userId?: string): Promise<void> {
    if (file === undefined) {
      await commands.executeCommand(`${VIEW}.focus`);
      return;
    }
    const answer = await this.#session.command("peerline.openShared", { file, user_id: userId });
    const { document_id, uri, has_file } = answer as EditorOpenedFile;
    if (!has_file) {
      await this.#listed(document_id);
    }
    await window.showTextDocument(Uri.parse(uri), { preview: false });
  }

  /** The bridge that shared the folder has crashed, and another one has joined. */
  async #shareAgain(): Promise<void> {
    if (this.#sharesAgain.restored()) {
      await this.#session.command("peerline.shareFolder");
    }
  }

  /** Wait until the list of shared documents has one, by which its text is found. */
  async #listed(documentId: string): Promise<void> {
    const isThere = () =>
      this.#session.documents.some(({ document_id }) => document_id === documentId);
    if (isThere()) {
      return;
    }
    let listening: Disposable | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(() => resolve(), LISTED_MS);
      listening = this.#session.onDidChangeDocuments(() => {
        if (isThere()) {
          resolve();
        }
      });
    });
    clearTimeout(timer);
    listening?.dispose();
  }

  #update(offers: EditorOffers): void {
    const before = this.#offers;
    this.#offers = offers;
    this.#sharesAgain.told(offers.is_sharing === true, this.#session.isSuspended);
    const notice = newOfferNotice(before, offers);
    if (notice !== undefined) {
      run("offering the files of a folder", () => offerFiles(notice));
    }
    if (changedOffers(before, offers).size > 0) {
      this.#changed.fire(undefined);
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

async function offerFiles(notice: string): Promise<void> {
  const showFiles = "Show Files";
  if ((await tell(notice, showFiles)) === showFiles) {
    await commands.executeCommand(`${VIEW}.focus`);
  }
}
