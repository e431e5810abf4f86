// Knows the shared documents that no tab shows, which the bridge does not hear of. Pure.
//
// VS Code keeps a document for a while after its tab was closed, also if its file was deleted. The
// bridge then names the shared document without that file, so the file does not count as shared: it
// stays hidden until a tab shows it again.

/** The hidden documents, by URI. */
export class HiddenTexts {
  readonly #hidden = new Set<string>();

  /** Whether a document is hidden. */
  isHidden(uri: string, isShared: boolean, isShown: () => boolean): boolean {
    if (!isShared && !this.#hidden.has(uri)) {
      return false;
    }
    if (isShown()) {
      this.#hidden.delete(uri);
      return false;
    }
    this.#hidden.add(uri);
    return true;
  }

  /** VS Code has let go of a document. */
  forget(uri: string): void {
    this.#hidden.delete(uri);
  }
}
