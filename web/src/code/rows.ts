// The rows of a long list that are drawn: what is in sight, and some around it. Pure.

/** A list that is not longer is drawn whole. */
export const MOST_WHOLE = 300;
/** Rows that are drawn above and below what is in sight. */
export const AROUND = 60;
/** Rows after which the part in sight is found again. */
const STEP = 30;

/** The part of a list that is in sight. */
export interface Sight {
  /** The first row, down to a step. */
  readonly first: number;
  readonly rows: number;
  /** The height of a row, in pixels. */
  readonly height: number;
}

/** Rows in a row: from one up to, and without, another one. */
export type Rows = readonly [from: number, to: number];

/** The part in sight, given the places of the list's first pixel and of the window's last one. */
export function sightOf(top: number, bottom: number, height: number): Sight {
  const first = Math.max(0, Math.floor(-top / height / STEP) * STEP);
  return { first, rows: STEP + Math.ceil(bottom / height), height };
}

/** The rows to draw; `kept` is one of them, wherever it is: it has the focus. */
export function drawnRows(count: number, { first, rows }: Sight, kept: number): Rows[] {
  if (count <= MOST_WHOLE) {
    return [[0, count]];
  }
  const to = Math.min(count, first + rows + AROUND);
  const from = Math.max(0, Math.min(first - AROUND, to - rows));
  if (kept < from) {
    return [
      [kept, kept + 1],
      [from, to],
    ];
  }
  if (kept >= to && kept < count) {
    return [
      [from, to],
      [kept, kept + 1],
    ];
  }
  return [[from, to]];
}
