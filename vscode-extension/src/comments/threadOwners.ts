// Assigns each thread of the session to a view: its own, a pending one, or one just begun. Pure.
import type { EditorReply, EditorThread } from "@peerline/ui/generated/protocol";

interface Owner<View> {
  readonly view: View;
  readonly place: string;
  item: EditorThread;
}

/** The view that shows a thread from now on, if there is one, and the one that it leaves. */
export interface Claim<View> {
  readonly view?: View;
  readonly left?: View;
}

/** Keeps the views by the ids of threads; a place is the URI of a document. */
export class ThreadOwners<View> {
  readonly #owners = new Map<string, Owner<View>>();
  /** Views that the user has just begun: the next comment of the user there takes one. */
  readonly #begun = new Map<View, string>();

  /** Each view with the id of its thread. */
  *[Symbol.iterator](): IterableIterator<[string, View]> {
    for (const [id, { view }] of this.#owners) {
      yield [id, view];
    }
  }

  viewOf(id: string): View | undefined {
    return this.#owners.get(id)?.view;
  }

  /** The next comment of the user in this place is this view's. */
  begin(view: View, place: string): void {
    this.#begun.set(view, place);
  }

  /** The view has got no comment. */
  withdraw(view: View): void {
    this.#begun.delete(view);
  }

  /** The view for a thread in a place; without one, a new view is to be given with `give`. */
  claim(place: string, item: EditorThread): Claim<View> {
    const before = this.#owners.get(item.id);
    if (before?.place === place) {
      before.item = item;
      return { view: before.view };
    }
    const view = item.is_me ? (this.#takeUnsent(place, item) ?? this.#takeBegun(place)) : undefined;
    if (view !== undefined) {
      this.give(view, place, item);
    }
    return {
      ...(view === undefined ? {} : { view }),
      ...(before === undefined ? {} : { left: before.view }),
    };
  }

  /** The view shows this thread from now on. */
  give(view: View, place: string, item: EditorThread): void {
    this.#owners.set(item.id, { view, place, item });
    this.#begun.delete(view);
  }

  /** Another view takes the place of the one that shows a thread. */
  exchange(id: string, view: View): void {
    const owner = this.#owners.get(id);
    if (owner === undefined) {
      return;
    }
    this.#owners.set(id, { ...owner, view });
    if (this.#begun.delete(owner.view)) {
      this.#begun.set(view, owner.place);
    }
  }

  /** Threads have gone from a place; the views that nothing else needs. */
  release(place: string, ids: readonly string[]): View[] {
    const left: View[] = [];
    for (const id of ids) {
      const owner = this.#owners.get(id);
      // It may be shown in another place by now.
      if (owner?.place === place) {
        this.#owners.delete(id);
        left.push(owner.view);
      }
    }
    const kept = new Set(this.#begun.keys());
    for (const { view } of this.#owners.values()) {
      kept.add(view);
    }
    return left.filter((view) => !kept.has(view));
  }

  /** Whatever showed this thread does so no more. */
  forget(id: string): void {
    this.#owners.delete(id);
  }

  /** The view of a comment that waited and is this one now: it stays as it is, folded or not. */
  #takeUnsent(place: string, item: EditorThread): View | undefined {
    for (const [id, owner] of this.#owners) {
      if (owner.place === place && isSentAs(owner.item, item)) {
        this.#owners.delete(id);
        return owner.view;
      }
    }
    return undefined;
  }

  #takeBegun(place: string): View | undefined {
    for (const [view, where] of this.#begun) {
      if (where === place) {
        return view;
      }
    }
    return undefined;
  }
}

/** Whether an item that waited has become this one. */
export function isSentAs(
  waiting: EditorThread | EditorReply,
  sent: EditorThread | EditorReply,
): boolean {
  return (
    waiting.is_pending === true &&
    !sent.is_pending &&
    sent.is_me === true &&
    waiting.content === sent.content
  );
}
