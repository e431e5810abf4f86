// Folders that others offer to the session: their trees and files.

import type { Environment } from "./environment.ts";
import { DocumentError } from "./errors.ts";
import { EVENT_SECONDS } from "./generated/codes.ts";
import type { FileOffer, SharedDocument, Tree } from "./generated/protocol.ts";
import type { Asker } from "./options.ts";
import type { Replica } from "./replica.ts";

/** The folders that are offered; `Client.offers`. */
export class Offers {
  readonly #client: Asker;
  readonly #replica: Replica;
  readonly #environment: Environment;
  #waiting: (() => void)[] = [];

  constructor(client: Asker, replica: Replica, environment: Environment) {
    this.#client = client;
    this.#replica = replica;
    this.#environment = environment;
  }

  /** The folders, the oldest offer first. */
  list(): readonly FileOffer[] {
    return this.#replica.offers;
  }

  /**
   * A page of a folder, after the entry `after`; the root without `path`. Of several offers the one
   * of `userId` is meant, else that of a host, or the oldest.
   *
   * @throws RequestRefused with DOCUMENT_NOT_FOUND if there is no such folder.
   */
  tree(path = "", { after, userId }: { after?: string; userId?: string } = {}): Promise<Tree> {
    return this.#client.ask({
      type: "get_tree",
      path,
      ...(after === undefined ? {} : { after }),
      ...(userId === undefined ? {} : { user_id: userId }),
    });
  }

  /**
   * Have an offered file shared, if it is not yet; the document to open.
   *
   * @throws RequestRefused with DOCUMENT_NOT_FOUND if there is no such file.
   */
  async open(file: string, userId?: string): Promise<SharedDocument> {
    const whose = userId === undefined ? {} : { user_id: userId };
    const { document_id: id } = await this.#client.ask({ type: "open_file", file, ...whose });
    // The event of the sharing is on its way, or has come before.
    const latest = this.#environment.now() + EVENT_SECONDS * 1000;
    const cancel = this.#environment.later(EVENT_SECONDS, () => this.applied());
    while (!this.#replica.documents.has(id) && this.#environment.now() < latest) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    cancel();
    const shared = this.#replica.documents.get(id);
    if (shared === undefined) {
      throw new DocumentError("the file is no longer shared");
    }
    return shared;
  }

  /** The replica has changed. */
  applied(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }
}
