// The code that a comment quotes, as a text to read, where its file is not in this workspace.

import type { EditorThread } from "@peerline/ui/generated/protocol";
import { type Disposable, type TextDocumentContentProvider, Uri, workspace } from "vscode";
import { exists, openDocument } from "../documents/documentCommands";
import type { Session } from "../session/session";
import { oneLine } from "../shared/names";
import { show } from "../shared/tell";

/** The scheme of quoted code. */
export const QUOTED_SCHEME = "peerline-quoted";
/** Quotes that are kept: VS Code asks again for one whose tab is opened again. */
const MAX_KEPT = 200;

/** A path is shown whole where there is room. */
const PATH_WIDTH = 120;

type Quoted = Pick<EditorThread, "id" | "code_snippet">;

/** Gives the quoted code of threads to VS Code. */
export class QuotedCode implements TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration = workspace.registerTextDocumentContentProvider(QUOTED_SCHEME, this);

  /** The document with the quoted code of a thread; its name is that of the file. */
  uriOf({ id, code_snippet }: Quoted, path: string): Uri {
    this.#texts.delete(id);
    this.#texts.set(id, code_snippet);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > MAX_KEPT && oldest !== undefined) {
      this.#texts.delete(oldest);
    }
    return Uri.from({ scheme: QUOTED_SCHEME, path: `/${path.replace(/^\/+/u, "")}`, query: id });
  }

  provideTextDocumentContent({ query }: Uri): string {
    return this.#texts.get(query) ?? "";
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

/** Stands for a file that cannot be in this workspace, such as a private one. */
export function nowhere(file: string): Uri {
  return Uri.from({ scheme: QUOTED_SCHEME, path: `/${file}` });
}

/** The document to show a thread in; says why if it is not the one of its file. */
export async function placeOf(
  session: Session,
  quoted: QuotedCode,
  uri: Uri,
  thread: Quoted,
): Promise<Uri> {
  const isNowhere = uri.scheme === QUOTED_SCHEME;
  if (!isNowhere && (uri.scheme !== "file" || (await exists(uri)))) {
    return uri;
  }
  const file = isNowhere ? uri.path.slice(1) : workspace.asRelativePath(uri, false);
  const shared = session.documents.find((document) => document.file === file);
  if (shared !== undefined) {
    return openDocument(session, shared);
  }
  const path = oneLine(file, PATH_WIDTH);
  show.warning(
    `${path} is not in a folder that is open here. This is the code that the comment is about.`,
  );
  return quoted.uriOf(thread, file);
}
