// Drafts that people write together: their ids, the caret in them, and who wrote them. Pure.
import type { Delta, SharedDraft } from "@peerline/client";
import { NEW } from "./drafts.ts";

/** The id of a draft for others, by its id in this tab. */
export function sharedIdOf(draftId: string): string {
  return draftId.slice(NEW.length);
}

/** The draft that others write in, if this one is. */
export function sharedOf(drafts: readonly SharedDraft[], draftId: string): SharedDraft | undefined {
  return drafts.find(({ id }) => NEW + id === draftId);
}

/** A place in a text after a change by others: text that is inserted there comes behind it. */
export function movedBy(delta: Delta, place: number): number {
  let at = 0;
  let moved = place;
  for (const operation of delta) {
    if (typeof operation === "string") {
      moved += at < place ? operation.length : 0;
    } else if (operation > 0) {
      at += operation;
    } else {
      moved -= Math.max(0, Math.min(-operation, place - at));
      at -= operation;
    }
  }
  return moved;
}

/** The names of the others whose text is in a draft, each once, in the order of their text. */
export function coAuthors(
  runs: readonly (readonly unknown[])[],
  author: string,
  nameOf: (userId: string) => string | undefined,
): string[] {
  const ids = new Set(runs.map(([, userId]) => String(userId)));
  ids.delete(author);
  return [...ids].flatMap((id) => nameOf(id) ?? []);
}

/** The text with the names of those who wrote it with its author. */
export function credited(text: string, names: readonly string[]): string {
  return names.length === 0 ? text : `${text.trimEnd()}\n\nWritten with ${listed(names)}.`;
}

/** Names as a sentence has them. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
