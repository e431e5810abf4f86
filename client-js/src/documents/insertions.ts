// Own insertions that somebody else makes, too: the same text at the same place, at once. Pure.
import * as Y from "yjs";
import type { Delta } from "./delta.ts";

/** The own insertions that are remembered; older ones are forgotten. */
export const MAX_KEPT = 2000;
/** The most that are looked for in one update: each takes a walk over the text. */
export const MAX_FOUND = 500;

/** A client and a clock. */
type Place = readonly [client: number, clock: number];

interface Insertion {
  readonly place: Place;
  readonly left: Place | undefined;
  readonly right: Place | undefined;
  readonly text: string;
}

/** An own insertion and the same one of somebody else. */
export interface Twin {
  /** The place of the own one's first character. */
  readonly own: Place;
  /** That of the other one. */
  readonly other: Place;
  /** The character that the own one was put before; undefined at the end of the text. */
  readonly right: Place | undefined;
  /** The text of each. */
  readonly text: string;
  /** Whether they are the same at the end of the text only, with other text before. */
  readonly isAtEnd: boolean;
  readonly key: string;
}

/** The latest own insertions that need to be there once only, by any user. */
export class OwnInsertions {
  readonly #kept = new Map<string, Insertion>();
  /** The last one that is a newline. */
  #newline: Insertion | undefined;

  /** Take note of the insertions in an own update. */
  add(update: Uint8Array): void {
    for (const insertion of insertionsIn(update)) {
      this.#kept.set(keyOf(insertion), insertion);
      if (insertion.text === "\n") {
        this.#newline = insertion;
      }
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > MAX_KEPT && oldest !== undefined) {
        this.#kept.delete(oldest);
      }
    }
  }

  /** Of two equal insertions only the one at this place is left, for both. */
  standsFor(place: Place, { key }: Twin): void {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.set(key, { ...kept, place });
    }
  }

  /**
   * Those that an update of others has, too, which is taken for the first time.
   *
   * It was made without the own ones, and they without it, if both have the same neighbours.
   */
  alsoIn(update: Uint8Array): Twin[] {
    const found: Twin[] = [];
    if (this.#kept.size === 0) {
      return found;
    }
    for (const other of insertionsIn(update)) {
      if (found.length === MAX_FOUND) {
        break;
      }
      const own = this.#kept.get(keyOf(other));
      if (own !== undefined) {
        found.push(twinOf(own, other, false));
      } else if (this.#newline !== undefined && isNewlineBehind(this.#newline, other)) {
        found.push(twinOf(this.#newline, other, true));
      }
    }
    return found;
  }
}

/** Whether a change puts in white space alone, or puts in text at several places at once. */
export function isOnce(change: Delta): boolean {
  const inserted = change.filter((operation) => typeof operation === "string");
  return inserted.length > 1 || inserted.some((text) => text.trim() === "");
}

/** Whether somebody's text ends in the newline that was put at the end of the text here. */
function isNewlineBehind(own: Insertion, other: Insertion): boolean {
  return (
    other.text.endsWith("\n") &&
    String(other.right) === String(own.right) &&
    String(other.left) !== String(own.place)
  );
}

function twinOf(own: Insertion, other: Insertion, isAtEnd: boolean): Twin {
  const [client, clock] = other.place;
  const { right, text } = own;
  const start: Place = [client, clock + other.text.length - text.length];
  return { own: own.place, other: start, right, text, isAtEnd, key: keyOf(own) };
}

function keyOf({ left, right, text }: Insertion): string {
  return JSON.stringify([left, right, text]);
}

function* insertionsIn(update: Uint8Array): Generator<Insertion> {
  for (const struct of Y.decodeUpdate(update).structs) {
    if (struct instanceof Y.Item && struct.content instanceof Y.ContentString) {
      const { id, origin, rightOrigin, content } = struct;
      yield {
        place: [id.client, id.clock],
        left: origin === null ? undefined : [origin.client, origin.clock],
        right: rightOrigin === null ? undefined : [rightOrigin.client, rightOrigin.clock],
        text: content.str,
      };
    }
  }
}
