// The files of a session as a tree: shared documents, and the folders that are offered. Pure.
import type { FileOffer, Participant, SharedDocument, TreeEntry } from "@peerline/client";

/** A file or a folder in the tree. */
export interface Node {
  /** Unique in the tree. */
  readonly key: string;
  readonly name: string;
  readonly path: string;
  readonly kind: "file" | "folder" | "more" | "problem";
  /** The one who offers it; undefined for what is only shared. */
  readonly owner?: string;
  readonly isShared: boolean;
  readonly children: readonly Node[];
  /** Whether its entries were never asked for. */
  readonly isUnread: boolean;
}

/** The entries of a folder that were read so far. */
export interface Page {
  readonly entries: readonly TreeEntry[];
  /** The entry after which there are more. */
  readonly next?: string;
  /** Why the rest could not be read. */
  readonly problem?: string;
}

/** The pages that were read, by the key of their folder. */
export type Pages = ReadonlyMap<string, Page>;

const NAMES = new Intl.Collator("en");

/** One line of the tree as it is shown. */
export interface Line {
  readonly node: Node;
  readonly level: number;
  readonly position: number;
  readonly count: number;
  readonly parent?: string;
}

/** The key of a folder or file of an offer; of what is only shared without an owner. */
export function keyOf(owner: string | undefined, path: string): string {
  return `${owner ?? ""}:${path}`;
}

/** The offer whose folder is the root: a host's, else the oldest. */
export function mainOffer(
  offers: readonly FileOffer[],
  people: ReadonlyMap<string, Participant>,
): FileOffer | undefined {
  return offers.find(({ user_id }) => people.get(user_id)?.role === "host") ?? offers[0];
}

/** The roots of the tree: the main folder with what is shared, then the other folders. */
export function rootsOf(
  documents: readonly SharedDocument[],
  offers: readonly FileOffer[],
  main: FileOffer | undefined,
  pages: Pages,
): readonly Node[] {
  const shared = new Set(documents.map(({ file }) => file));
  const owner = main?.user_id;
  const roots = entriesOf("", owner, [...shared], pages, shared);
  const others = offers
    .filter((offer) => offer !== main)
    .map((offer): Node => {
      const key = keyOf(offer.user_id, "");
      return {
        key,
        name: `${offer.name} (${offer.username}${offer.is_cut ? ", its first files" : ""})`,
        path: "",
        kind: "folder",
        owner: offer.user_id,
        isShared: false,
        children: entriesOf("", offer.user_id, [], pages, shared),
        isUnread: !pages.has(key),
      };
    });
  return [...roots, ...others];
}

/** The lines of a tree whose folders are open as `isOpen` says. */
export function linesOf(roots: readonly Node[], isOpen: (node: Node) => boolean): Line[] {
  const lines: Line[] = [];
  const add = (nodes: readonly Node[], level: number, parent?: string): void => {
    nodes.forEach((node, index) => {
      const place = { node, level, position: index + 1, count: nodes.length };
      lines.push(parent === undefined ? place : { ...place, parent });
      if (node.kind === "folder" && isOpen(node)) {
        add(node.children, level + 1, node.key);
      }
    });
  };
  add(roots, 1);
  return lines;
}

function entriesOf(
  folder: string,
  owner: string | undefined,
  sharedBelow: readonly string[],
  pages: Pages,
  shared: ReadonlySet<string>,
): Node[] {
  const page = owner === undefined ? undefined : pages.get(keyOf(owner, folder));
  const kinds = new Map<string, "file" | "folder">();
  for (const { name, kind } of page?.entries ?? []) {
    kinds.set(name, kind === "file" ? "file" : "folder");
  }
  const offered = new Set(kinds.keys());
  const prefix = folder === "" ? "" : `${folder}/`;
  const below = new Map<string, string[]>();
  for (const path of sharedBelow) {
    const [name = "", ...rest] = path.slice(prefix.length).split("/");
    if (!kinds.has(name)) {
      kinds.set(name, rest.length === 0 ? "file" : "folder");
    }
    below.set(name, [...(below.get(name) ?? []), ...(rest.length === 0 ? [] : [path])]);
  }
  const nodes = [...kinds].map(([name, kind]): Node => {
    const path = prefix + name;
    const from = offered.has(name) ? owner : undefined;
    const key = keyOf(owner, path);
    return {
      key,
      name,
      path,
      kind,
      ...(from === undefined ? {} : { owner: from }),
      isShared: kind === "file" && shared.has(path),
      children: kind === "file" ? [] : entriesOf(path, owner, below.get(name) ?? [], pages, shared),
      isUnread: kind === "folder" && from !== undefined && !pages.has(key),
    };
  });
  nodes.sort(
    (one, two) =>
      Number(one.kind === "file") - Number(two.kind === "file") ||
      NAMES.compare(one.name, two.name),
  );
  if (owner !== undefined && page !== undefined) {
    const { next, problem } = page;
    if (next !== undefined || problem !== undefined) {
      nodes.push({
        key: `${keyOf(owner, folder)}\0`,
        name: problem ?? "More…",
        path: folder,
        kind: problem === undefined ? "more" : "problem",
        owner,
        isShared: false,
        children: [],
        isUnread: false,
      });
    }
  }
  return nodes;
}
