// Texts with own edits that no shared file has: kept until the user has done something with them.
import type { Place } from "./drafts.ts";

/** A text with own edits that could not be kept in a shared file. */
export interface LeftText {
  readonly id: string;
  readonly file: string;
  readonly text: string;
  /** Why it could not be kept there. */
  readonly reason: string;
}

/** The texts of one session; they survive a reload of the tab. */
export class LeftTexts {
  readonly #place: Place;
  #items: readonly LeftText[];
  #isWritten = true;

  constructor(place: Place) {
    this.#place = place;
    this.#items = parse(place.read());
  }

  /** Oldest first. */
  get items(): readonly LeftText[] {
    return this.#items;
  }

  /** Whether they would survive a reload: there may have been no room. */
  get isWritten(): boolean {
    return this.#isWritten;
  }

  add(file: string, text: string, reason: string): void {
    const isThere = this.#items.some((item) => item.file === file && item.text === text);
    if (!isThere) {
      const last = Math.max(0, ...this.#items.map(({ id }) => Number(id)));
      this.#save([...this.#items, { id: String(last + 1), file, text, reason }]);
    }
  }

  drop(id: string): void {
    this.#save(this.#items.filter((item) => item.id !== id));
  }

  /** Write them again where there was no room; whether there is now. */
  keep(): boolean {
    this.#isWritten = this.#place.write(JSON.stringify(this.#items));
    return this.#isWritten;
  }

  #save(items: readonly LeftText[]): void {
    this.#items = items;
    this.keep();
  }
}

function parse(text: string | undefined): LeftText[] {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
  return Array.isArray(value) ? value.filter(isLeft) : [];
}

function isLeft(value: unknown): value is LeftText {
  const { id, ...texts } = (value ?? {}) as Partial<Record<keyof LeftText, unknown>>;
  const { file, text, reason } = texts;
  return (
    Number.isInteger(Number(id ?? "-")) &&
    [id, file, text, reason].every((each) => typeof each === "string")
  );
}
