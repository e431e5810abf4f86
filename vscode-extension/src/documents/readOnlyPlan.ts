// Decides which editors are made read-only, and back. Pure.
//
// VS Code can set only the active editor read-only, so it is done when an editor becomes the active
// one. Between the decision and the command another one may have become active: then that one is
// set back.

/** The command to carry out for the active editor. */
export type ReadOnlyStep = "set" | "reset";

/** Remembers which files were set. */
export class ReadOnlyPlan {
  readonly #set = new Set<string>();
  /** Files that a command may have hit instead of the one that it was for. */
  readonly #doubtful = new Set<string>();

  /** The step for the active editor, given the files that may only be read. */
  next(active: string | undefined, readOnly: ReadonlySet<string>): ReadOnlyStep | undefined {
    if (active === undefined) {
      return undefined;
    }
    if (readOnly.has(active)) {
      return this.#set.has(active) && !this.#doubtful.has(active) ? undefined : "set";
    }
    return this.#set.has(active) || this.#doubtful.has(active) ? "reset" : undefined;
  }

  /** A step was carried out for `uri`; `active` is the active editor afterwards. */
  done(step: ReadOnlyStep, uri: string, active: string | undefined): void {
    if (active !== uri) {
      this.#doubtful.add(uri);
      if (active !== undefined) {
        this.#doubtful.add(active);
      }
      return;
    }
    this.#doubtful.delete(uri);
    if (step === "set") {
      this.#set.add(uri);
    } else {
      this.#set.delete(uri);
    }
  }
}
