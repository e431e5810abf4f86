// The marks of shared files: in the explorer, in tabs, and in the status bar.

import type { EditorDocument } from "@peerline/ui/generated/protocol";
import { listen } from "@peerline/ui/supervise";
import {
  type Disposable,
  EventEmitter,
  FileDecoration,
  type FileDecorationProvider,
  StatusBarAlignment,
  type StatusBarItem,
  ThemeColor,
  Uri,
  window,
} from "vscode";
import type { Session } from "../session/session";
import { canonical } from "../shared/places";
import { decorationText, documentStatus } from "./documentTexts";

const BADGE = "⇄";

/** Shows which files are shared. */
export class DocumentMarks implements FileDecorationProvider, Disposable {
  readonly #session: Session;
  readonly #changed = new EventEmitter<Uri[]>();
  readonly #item: StatusBarItem;
  readonly #disposables: Disposable[];
  /** The tooltips of the shared files, by URI. */
  #tooltips = new Map<string, string>();
  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(session: Session) {
    this.#session = session;
    this.#item = window.createStatusBarItem("document", StatusBarAlignment.Left, 9);
    this.#item.name = "Peerline: Shared File";
    this.#item.command = "peerline.sharedFileMenu";
    this.#disposables = [
      this.#changed,
      this.#item,
      window.registerFileDecorationProvider(this),
      session.onDidChangeDocuments((documents) => {
        this.#decorate(documents);
        this.#showItem();
      }),
      listen(window.onDidChangeActiveTextEditor, "showing that a file is shared", () =>
        this.#showItem(),
      ),
    ];
  }

  provideFileDecoration(uri: Uri): FileDecoration | undefined {
    const tooltip = this.#tooltips.get(uri.toString());
    return tooltip === undefined ? undefined : new FileDecoration(BADGE, tooltip);
  }

  #decorate(documents: readonly EditorDocument[]): void {
    const before = this.#tooltips;
    const now = new Map(
      documents.map((document) => [canonical(document.uri), decorationText(document)]),
    );
    this.#tooltips = now;
    const changed = [...new Set([...before.keys(), ...now.keys()])].filter(
      (uri) => before.get(uri) !== now.get(uri),
    );
    if (changed.length > 0) {
      this.#changed.fire(changed.map((uri) => Uri.parse(uri)));
    }
  }

  #showItem(): void {
    const document = activeDocument(this.#session);
    if (document === undefined) {
      this.#item.hide();
      return;
    }
    const { text, tooltip, label, isWarning } = documentStatus(document);
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label };
    this.#item.backgroundColor = isWarning
      ? new ThemeColor("statusBarItem.warningBackground")
      : undefined;
    this.#item.show();
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

/** The shared document in the active editor. */
export function activeDocument(session: Session): EditorDocument | undefined {
  const uri = window.activeTextEditor?.document.uri.toString();
  return uri === undefined ? undefined : sharedDocument(session, uri);
}

/** The shared document of a URI. */
export function sharedDocument(session: Session, uri: string): EditorDocument | undefined {
  return session.documents.find((document) => canonical(document.uri) === uri);
}
