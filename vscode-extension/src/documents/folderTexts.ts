// The rows of the tree of shared folders, and their texts. Pure.

import type { EditorFolderEntry, EditorOffer, EditorOffers } from "@peerline/ui/generated/protocol";
import { count, oneLine } from "../shared/names";

/** A folder that somebody shares, or an entry of one. */
export type FolderRow =
  | { readonly kind: "offer"; readonly offer: EditorOffer }
  | { readonly kind: "entry"; readonly userId: string; readonly entry: EditorFolderEntry }
  | { readonly kind: "more"; readonly userId: string; readonly path: string };

const NAME_WIDTH = 100;

/** The folders of others. */
export function offersOfOthers({ offers }: EditorOffers): EditorOffer[] {
  return offers.filter(({ is_me }) => is_me !== true);
}

/** An id that a row keeps when the tree is shown again, so that it stays open. */
export function rowId(row: FolderRow): string {
  switch (row.kind) {
    case "offer":
      return `offer:${row.offer.user_id}`;
    case "entry":
      return `entry:${row.userId}:${row.entry.path}`;
    case "more":
      return `more:${row.userId}:${row.path}`;
  }
}

/** The name of a row. */
export function rowLabel(row: FolderRow): string {
  switch (row.kind) {
    case "offer":
      return oneLine(row.offer.name, NAME_WIDTH);
    case "entry":
      return oneLine(row.entry.name, NAME_WIDTH);
    case "more":
      return "More entries are not shown";
  }
}

/** The text beside the name. */
export function rowDescription(row: FolderRow): string {
  if (row.kind === "offer") {
    const files = count(row.offer.files, "file", "files");
    const most = row.offer.is_cut ? "the first " : "";
    return `${oneLine(row.offer.username, NAME_WIDTH)} · ${most}${files}`;
  }
  return row.kind === "entry" && row.entry.document_id !== undefined ? "shared" : "";
}

/** Whether there is something below a row. */
export function isFolder(row: FolderRow): boolean {
  return row.kind === "offer" || (row.kind === "entry" && row.entry.kind === "folder");
}

/** The users whose folders are new, or whose files have changed. */
export function changedOffers(before: EditorOffers, now: EditorOffers): Set<string> {
  const key = (offers: EditorOffers) =>
    new Map(offers.offers.map((offer) => [offer.user_id, JSON.stringify(offer)]));
  const [old, current] = [key(before), key(now)];
  const users = new Set([...old.keys(), ...current.keys()]);
  return new Set([...users].filter((user) => old.get(user) !== current.get(user)));
}

/** The notice about a folder that somebody else shares now; undefined if there is none. */
export function newOfferNotice(before: EditorOffers, now: EditorOffers): string | undefined {
  const known = new Set(before.offers.map(({ user_id }) => user_id));
  const offer = offersOfOthers(now).find(({ user_id }) => !known.has(user_id));
  return (
    offer &&
    `${oneLine(offer.username, NAME_WIDTH)} shares the folder ${oneLine(offer.name, NAME_WIDTH)}.`
  );
}
