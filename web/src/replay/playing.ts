// The clock of a replay: long silences are skipped, everything else takes as long as it did. Pure.

/** A silence takes at most this long. */
export const LONGEST_SILENCE_MS = 30_000;
export const SPEEDS = [1, 5, 15, 60] as const;

/** The moments of a session as places on a tape, in milliseconds from its start. */
export class Tape {
  /** The place of each moment; they never go back. */
  readonly places: readonly number[];
  readonly #times: readonly number[];

  /** `times` are those of the moments, in milliseconds, oldest first. */
  constructor(times: readonly number[]) {
    this.#times = times;
    let place = 0;
    this.places = times.map((time, index) => {
      const gap = time - (times[index - 1] ?? time);
      place += Math.min(Math.max(0, gap), LONGEST_SILENCE_MS);
      return place;
    });
  }

  get length(): number {
    return this.places.at(-1) ?? 0;
  }

  /** How many moments have happened at a place. */
  count(place: number): number {
    return upTo(this.places, place);
  }

  /** The time of the session at a place. */
  timeAt(place: number): number {
    const index = Math.max(0, this.count(place) - 1);
    return (this.#times[index] ?? 0) + Math.max(0, place - (this.places[index] ?? 0));
  }

  /** The place of a time of the session. */
  placeOf(time: number): number {
    const index = upTo(this.#times, time) - 1;
    if (index < 0) {
      return 0;
    }
    const behind = time - (this.#times[index] ?? time);
    const next = this.places[index + 1] ?? this.length;
    return Math.min((this.places[index] ?? 0) + behind, next);
  }

  /** The place of the next moment, or of the one before. */
  step(place: number, by: 1 | -1): number {
    if (by === 1) {
      return this.places[this.count(place)] ?? this.length;
    }
    return this.places.findLast((one) => one < place) ?? 0;
  }
}

/** The time that an address names behind its `#`. */
export function timeOf(hash: string): number | undefined {
  const found = /(?:^#|[#&])t=([^&]+)/.exec(hash)?.[1];
  let time = Number.NaN;
  try {
    time = Date.parse(decodeURIComponent(found ?? ""));
  } catch {
    // no percent code of UTF-8
  }
  return Number.isNaN(time) ? undefined : time;
}

export function hashOf(time: number): string {
  return `#replay&t=${new Date(time).toISOString()}`;
}

/** How many of the sorted numbers are at most this. */
function upTo(sorted: readonly number[], most: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= most) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
