// The folders that are offered, as far as they were read, and which of them are open.
import type { SessionClient, TreeEntry } from "@peerline/client/session";
import { asSentence } from "@peerline/ui/refusal";
import { reasonOf } from "../shared/drafts.ts";
import { keyOf, type Line, linesOf, mainOffer, type Node, type Page, rootsOf } from "./tree.ts";

/** The tree of one session. */
export class Folders {
  readonly #client: SessionClient;
  readonly #tell: () => void;
  readonly #pages = new Map<string, Page>();
  readonly #folded = new Map<string, boolean>();
  /** The reads on their way, by the key of their folder: the last one counts. */
  readonly #reads = new Map<string, symbol>();
  #seen = "";
  /** The lines as they were, and what they were made of. */
  #lines: { readonly of: string; readonly lines: readonly Line[] } = { of: "", lines: [] };
  #changes = 0;

  /** `tell` is called when the tree has changed. */
  constructor(client: SessionClient, tell: () => void) {
    this.#client = client;
    this.#tell = tell;
  }

  roots(): readonly Node[] {
    const { offers, documents, participants } = this.#client.replica;
    const main = mainOffer(offers, participants);
    return rootsOf([...documents.values()], offers, main, this.#pages);
  }

  /** The lines of the tree; others only when something in it has changed. */
  lines(): readonly Line[] {
    const { offers, documents, participants } = this.#client.replica;
    const files = [...documents.values()].map(({ file }) => file);
    const main = mainOffer(offers, participants)?.user_id;
    const of = JSON.stringify([this.#changes, main, offers, files]);
    if (of !== this.#lines.of) {
      this.#lines = { of, lines: linesOf(this.roots(), (node) => this.isOpen(node)) };
    }
    return this.#lines.lines;
  }

  /** The line above the tree. */
  get mainFolder(): string | undefined {
    const { offers, participants } = this.#client.replica;
    const main = mainOffer(offers, participants);
    if (main === undefined) {
      return undefined;
    }
    const { name, username, files } = main;
    const rest = `: the first ${files.toLocaleString("en")} files. Ask ${username} to share others.`;
    return `${name}, offered by ${username}${main.is_cut ? rest : ""}`;
  }

  isOpen(node: Node): boolean {
    return this.#folded.get(node.key) ?? !node.isUnread;
  }

  /** Whether entries of the folder of this node are on their way. */
  isReading({ owner, path }: Node): boolean {
    return this.#reads.has(keyOf(owner, path));
  }

  fold(node: Node, isOpen: boolean): void {
    this.#folded.set(node.key, isOpen);
    this.#changes += 1;
    if (isOpen && node.isUnread && !this.isReading(node)) {
      this.#read(node.owner, node.path);
    }
    this.#tell();
  }

  /** Read the next entries of a folder, or again what could not be read. */
  readOn(node: Node): void {
    const next = this.#pages.get(keyOf(node.owner, node.path))?.next;
    if (!this.isReading(node)) {
      this.#read(node.owner, node.path, next);
      this.#tell();
    }
  }

  /** Read the folders again whose files have changed, and what could not be read before. */
  changed(isBack: boolean): void {
    const { offers, participants } = this.#client.replica;
    if (isBack) {
      this.#readAgain((page) => page.problem !== undefined);
    }
    const seen = JSON.stringify(offers);
    if (seen === this.#seen) {
      return;
    }
    this.#seen = seen;
    const owners = new Set(offers.map(({ user_id }) => user_id));
    for (const key of [...this.#pages.keys(), ...this.#reads.keys()]) {
      if (!owners.has(folderOf(key).owner)) {
        this.#pages.delete(key);
        this.#reads.delete(key);
        this.#changes += 1;
      }
    }
    this.#readAgain(() => true);
    const main = mainOffer(offers, participants);
    const wanted = main === undefined ? [] : [keyOf(main.user_id, "")];
    // A folder that was open when its offer ended is open when it is offered again.
    wanted.push(...[...this.#folded].filter(([, isOpen]) => isOpen).map(([key]) => key));
    for (const key of wanted) {
      const { owner, path } = folderOf(key);
      if (owners.has(owner) && !this.#pages.has(key) && !this.#reads.has(key)) {
        this.#read(owner, path);
      }
    }
  }

  #readAgain(isMeant: (page: Page) => boolean): void {
    for (const [key, page] of [...this.#pages]) {
      if (isMeant(page)) {
        const { owner, path } = folderOf(key);
        this.#read(owner, path);
      }
    }
  }

  /** Read the entries behind `from`; without it as many of all as are known, once there are any. */
  #read(owner: string | undefined, path: string, from?: string): void {
    const key = keyOf(owner, path);
    const read = Symbol(key);
    this.#reads.set(key, read);
    const known = this.#pages.get(key)?.entries ?? [];
    const end = (page: Page): void => {
      // A later one is on its way, or nobody offers the folder any longer.
      if (this.#reads.get(key) === read) {
        this.#reads.delete(key);
        this.#pages.set(key, page);
        this.#changes += 1;
        this.#tell();
      }
    };
    this.#entries(owner, path, from, from === undefined ? known.length : 0).then(
      ({ entries, next }) => {
        const all = from === undefined ? entries : [...known, ...entries];
        end(next === undefined ? { entries: all } : { entries: all, next });
      },
      (error: unknown) => {
        const page = { entries: known, problem: asSentence(reasonOf(error)) };
        end(from === undefined ? page : { ...page, next: from });
      },
    );
  }

  async #entries(
    owner: string | undefined,
    path: string,
    from: string | undefined,
    least: number,
  ): Promise<Page> {
    const entries: TreeEntry[] = [];
    let after = from;
    do {
      const page = await this.#client.offers.tree(path, {
        ...(owner === undefined ? {} : { userId: owner }),
        ...(after === undefined ? {} : { after }),
      });
      entries.push(...page.entries.filter(({ name }) => isName(name)));
      after = page.next;
    } while (after !== undefined && entries.length < least);
    return after === undefined ? { entries } : { entries, next: after };
  }
}

/** The owner and the path that a key is made of. */
function folderOf(key: string): { owner: string; path: string } {
  const at = key.indexOf(":");
  return { owner: key.slice(0, at), path: key.slice(at + 1) };
}

/** Whether a name can be a part of a path; what somebody offers may be anything. */
export function isName(name: string): boolean {
  const isPart = !["", ".", ".."].includes(name) && name[1] !== ":";
  return isPart && !/[/\\\p{Cc}]/u.test(name);
}
