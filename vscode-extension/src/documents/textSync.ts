// The documents that the bridge hears of, and how their opening, changes and closing are sent to it.

import { readFileSync } from "node:fs";
import { listen, run } from "@peerline/ui/supervise";
import {
  Disposable,
  type TextDocument,
  type TextDocumentChangeEvent,
  window,
  workspace,
} from "vscode";
import {
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type LanguageClient,
  type Middleware,
} from "vscode-languageclient/node";
import { FILE_SCHEME } from "../shared/sessionFiles";
import { withLf } from "./checks";
import { HiddenTexts } from "./hiddenTexts";
import { isReload } from "./reload";

/** The schemes of documents that can be in a session. */
export const DOCUMENT_SCHEMES: readonly string[] = ["file", FILE_SCHEME];

/** The rules of shared documents. */
export interface SharedRules {
  isShared(uri: string): boolean;
  /** Whether a tab shows it. */
  isShown(uri: string): boolean;
  /** Whether a change that led to this version was made for the bridge. */
  isOwnEdit(uri: string, version: number): boolean;
}

const NOTHING_SHARED: SharedRules = {
  isShared: () => false,
  isShown: () => true,
  isOwnEdit: () => false,
};

/** The text synchronization with the bridge. */
export class TextSync implements Disposable {
  /** The documents that the bridge knows, by URI. */
  readonly #known = new Set<string>();
  /** The messages about a document that are being sent. */
  readonly #sending = new Map<string, Promise<unknown>>();
  readonly #hidden = new HiddenTexts();
  readonly #listener: Disposable;
  #client: LanguageClient | undefined;
  #rules = NOTHING_SHARED;

  constructor() {
    this.#listener = Disposable.from(
      listen(workspace.onDidChangeWorkspaceFolders, "sharing the files of the folders", () =>
        this.update(),
      ),
      listen(window.tabGroups.onDidChangeTabs, "sharing the files of the tabs", () =>
        this.update(),
      ),
    );
  }

  /** Shared documents are treated by these rules from now on. */
  use(rules: SharedRules): void {
    this.#rules = rules;
  }

  /** A bridge is being started. */
  begin(): void {
    this.#client = undefined;
    this.#known.clear();
    this.#sending.clear();
  }

  /** The bridge runs. */
  attach(client: LanguageClient): void {
    this.#client = client;
  }

  detach(): void {
    this.#client = undefined;
  }

  /** Wait until the bridge was sent what happened to a document so far. */
  async flushed(uri: string): Promise<void> {
    await this.#sending.get(uri);
  }

  /** Open documents belong to the session now, or no longer: tell the bridge. */
  update(): void {
    for (const document of workspace.textDocuments) {
      const isKnown = this.#knows(document);
      if (this.#client !== undefined && this.#isWanted(document) !== isKnown) {
        run("sharing a file", () => this.#send(document, isKnown ? "close" : "open"));
      }
    }
  }

  /** The bridge hears of the files of the workspace: what is outside is nobody's business. */
  readonly middleware: Middleware = {
    didOpen: async (document, next) => {
      if (this.#isWanted(document) && !this.#knows(document)) {
        this.#known.add(document.uri.toString());
        await next(document);
      }
    },
    didChange: async (event, next) => {
      if (this.#knows(event.document)) {
        const uri = event.document.uri.toString();
        const sent = this.#isReload(event) ? this.#reopen(event.document) : next(event);
        // Whatever comes of it: those who wait for all of them only need it to be over.
        const all = Promise.allSettled([this.#sending.get(uri), sent]);
        this.#sending.set(uri, all);
        run("sending a change", async () => {
          await all;
          if (this.#sending.get(uri) === all) {
            this.#sending.delete(uri);
          }
        });
        await sent;
      }
    },
    willSave: async (event, next) => {
      if (this.#knows(event.document)) {
        await next(event);
      }
    },
    didSave: async (document, next) => {
      if (this.#knows(document)) {
        await next(document);
      }
    },
    didClose: async (document, next) => {
      this.#hidden.forget(document.uri.toString());
      if (this.#known.delete(document.uri.toString())) {
        await next(document);
      }
    },
  };

  #knows({ uri }: TextDocument): boolean {
    return this.#known.has(uri.toString());
  }

  #isWanted(document: TextDocument): boolean {
    const uri = document.uri.toString();
    // An edit by others would open a tab for a document that none shows.
    return (
      isInside(document) &&
      !this.#hidden.isHidden(uri, this.#rules.isShared(uri), () => this.#rules.isShown(uri))
    );
  }

  #isReload({ document, reason }: TextDocumentChangeEvent): boolean {
    const uri = document.uri.toString();
    return isReload({
      scheme: document.uri.scheme,
      isDirty: document.isDirty,
      isUndo: reason !== undefined,
      isShared: this.#rules.isShared(uri),
      isOwnEdit: this.#rules.isOwnEdit(uri, document.version),
      isOnDisk: () => isOnDisk(document),
    });
  }

  async #reopen(document: TextDocument): Promise<void> {
    await Promise.all([this.#send(document, "close"), this.#send(document, "open")]);
  }

  async #send(document: TextDocument, what: "open" | "close"): Promise<void> {
    const client = this.#client;
    const feature =
      what === "open"
        ? client?.getFeature(DidOpenTextDocumentNotification.method)
        : client?.getFeature(DidCloseTextDocumentNotification.method);
    await feature?.getProvider(document)?.send(document);
  }

  dispose(): void {
    this.#listener.dispose();
  }
}

/** Whether a file has the text of its document; read at once, as the changes must stay in order. */
function isOnDisk(document: TextDocument): boolean {
  try {
    const text = readFileSync(document.uri.fsPath, "utf8").replace(/^\ufeff/, "");
    return withLf(text) === withLf(document.getText());
  } catch {
    return false;
  }
}

function isInside({ uri }: TextDocument): boolean {
  return uri.scheme === "file"
    ? workspace.getWorkspaceFolder(uri) !== undefined
    : DOCUMENT_SCHEMES.includes(uri.scheme);
}
