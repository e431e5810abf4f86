// The folders that are offered, as far as they were read, and which of them are open.
import type { SessionClient } from "@peerline/client/session";
import { reasonOf } from "../session/drafts.ts";
import { keyOf, mainOffer, type Node, type Page, rootsOf } from "./tree.ts";

/** The tree of one session. */
export class Folders {
  readonly #client: SessionClient;
  readonly #tell: () => void;
  readonly #fail: (reason: string) => void;
  readonly #pages = new Map<string, Page>();
  readonly #folded = new Map<string, boolean>();
  #seen = "";

  /** `tell` is called when the tree has changed, `fail` with the reason why it was not read. */
  constructor(client: SessionClient, tell: () => void, fail: (reason: string) => void) {
    this.#client = client;
    this.#tell = tell;
    this.#fail = fail;
  }

  roots(): readonly Node[] {
    const { offers, documents, participants } = this.#client.replica;
    const main = mainOffer(offers, participants);
    return rootsOf([...documents.values()], offers, main, this.#pages);
  }

  /** The line above the tree. */
  get mainFolder(): string | undefined {
    const { offers, participants } = this.#client.replica;
    const main = mainOffer(offers, participants);
    return main === undefined ? undefined : `${main.name}, offered by ${main.username}`;
  }

  isOpen(node: Node): boolean {
    return this.#folded.get(node.key) ?? !node.isUnread;
  }

  fold(node: Node, isOpen: boolean): void {
    this.#folded.set(node.key, isOpen);
    if (isOpen && node.isUnread) {
      this.#read(node.owner, node.path);
    }
    this.#tell();
  }

  /** Read the next entries of a folder. */
  readOn({ owner, path }: Node): void {
    this.#read(owner, path, this.#pages.get(keyOf(owner, path))?.next);
  }

  /** Read the folders again whose files have changed. */
  changed(): void {
    const { offers, participants } = this.#client.replica;
    const seen = JSON.stringify(offers);
    if (seen === this.#seen) {
      return;
    }
    this.#seen = seen;
    const owners = new Set(offers.map(({ user_id }) => user_id));
    for (const key of [...this.#pages.keys()]) {
      const at = key.indexOf(":");
      if (owners.has(key.slice(0, at))) {
        this.#read(key.slice(0, at), key.slice(at + 1));
      } else {
        this.#pages.delete(key);
      }
    }
    const main = mainOffer(offers, participants);
    if (main !== undefined && !this.#pages.has(keyOf(main.user_id, ""))) {
      this.#read(main.user_id, "");
    }
  }

  #read(owner: string | undefined, path: string, after?: string): void {
    const key = keyOf(owner, path);
    const options = {
      ...(owner === undefined ? {} : { userId: owner }),
      ...(after === undefined ? {} : { after }),
    };
    this.#client.offers.tree(path, options).then(
      ({ entries, next }) => {
        const before = after === undefined ? [] : (this.#pages.get(key)?.entries ?? []);
        const page = { entries: [...before, ...entries.filter(({ name }) => isName(name))] };
        this.#pages.set(key, next === undefined ? page : { ...page, next });
        this.#tell();
      },
      (error: unknown) => this.#fail(reasonOf(error)),
    );
  }
}

/** Whether a name can be a part of a path; what somebody offers may be anything. */
export function isName(name: string): boolean {
  const isPart = !["", ".", ".."].includes(name) && name[1] !== ":";
  return isPart && !/[/\\\p{Cc}]/u.test(name);
}
