// Tells the bridge the hash of a document's real text after quiet, so that differences are found.

import { createHash } from "node:crypto";
import { CHECK_INTERVAL_SECONDS, CHECK_QUIET_SECONDS } from "@peerline/ui/generated/limits";
import type { TextCheck } from "@peerline/ui/generated/protocol";
import { Quiet } from "./quiet";

/** The quiet after which a document is checked. */
export const QUIET_MS = CHECK_QUIET_SECONDS * 1000;
/** The least interval between two checks of a document. */
export const INTERVAL_MS = CHECK_INTERVAL_SECONDS * 1000;

/** A document's text with its own line ends, at a version. */
export interface VersionedText {
  readonly version: number;
  readonly text: string;
}

/** Checks the shared documents that were changed. */
export class Checks {
  readonly #textOf: (uri: string) => VersionedText | undefined;
  readonly #send: (check: TextCheck) => void;
  readonly #quiet = new Quiet(QUIET_MS, (uri) => this.#check(uri));
  readonly #checkedAt = new Map<string, number>();

  /** `textOf` gives the text of a document that is shared and open, and nothing for others. */
  constructor(
    textOf: (uri: string) => VersionedText | undefined,
    send: (check: TextCheck) => void,
  ) {
    this.#textOf = textOf;
    this.#send = send;
  }

  /** A document was changed, by anybody. */
  changed(uri: string): void {
    const since = Date.now() - (this.#checkedAt.get(uri) ?? Number.NEGATIVE_INFINITY);
    this.#quiet.changed(uri, Math.max(QUIET_MS, INTERVAL_MS - since));
  }

  /** A document was closed. */
  forget(uri: string): void {
    this.#quiet.forget(uri);
    this.#checkedAt.delete(uri);
  }

  #check(uri: string): void {
    const found = this.#textOf(uri);
    if (found !== undefined) {
      this.#checkedAt.set(uri, Date.now());
      this.#send({ uri, version: found.version, hash: hashOf(withLf(found.text)) });
    }
  }

  dispose(): void {
    this.#quiet.dispose();
  }
}

/** A text as it is shared. VS Code's documents have one kind of line end, and never a lone CR. */
export function withLf(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

/** The hash of a text as the protocol has it. */
export function hashOf(text: string): string {
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
}
