// The context keys by which package.json says what can be done with which file.

import { run } from "@peerline/ui/supervise";
import { commands } from "vscode";

/** The keys of shared documents. */
export interface DocumentKeys {
  /** The active editor's text is shared: undo and redo are one's own. */
  readonly sharedDocument: boolean;
  /** The text in the active editor differs from the shared one. */
  readonly documentDiffers: boolean;
  /** The user may end the sharing of the active editor's document; the palette has no resource. */
  readonly canUnshare: boolean;
  /** The URIs of the shared documents. */
  readonly sharedUris: readonly string[];
  /** Those among them whose sharing the user may end. */
  readonly unshareableUris: readonly string[];
}

/** Sets the keys that have changed. */
export class ContextKeys {
  readonly #known = new Map<string, string>();

  set(keys: DocumentKeys): void {
    for (const [key, value] of Object.entries(keys)) {
      const text = JSON.stringify(value);
      if (this.#known.get(key) !== text) {
        this.#known.set(key, text);
        run("setting a context key", () =>
          commands.executeCommand("setContext", `peerline.${key}`, value),
        );
      }
    }
  }
}
