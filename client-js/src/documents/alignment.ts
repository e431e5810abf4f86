// The longest common subsequence of two sequences of numbers, as Python's rapidfuzz finds it. Pure.
//
// Of several that are as long, this is the same one: https://github.com/rapidfuzz/rapidfuzz-cpp has
// the algorithm in lcs_seq.hpp (Hyyrö's bit-parallel one). Both clients make the same edits then.

/** A run of elements that stay: where it begins in both, and its length. */
export type Run = readonly [before: number, after: number, length: number];

const WORD_BITS = 32;

/** The elements that both have in order, as runs from the first to the last. */
export function commonRuns(before: readonly number[], after: readonly number[]): Run[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) {
    start += 1;
  }
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) {
    end += 1;
  }
  const pairs = matched(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
  );
  const runs: [number, number, number][] = start > 0 ? [[0, 0, start]] : [];
  const add = (one: number, two: number, length: number) => {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[2] === one && last[1] + last[2] === two) {
      last[2] += length;
    } else {
      runs.push([one, two, length]);
    }
  };
  for (const [one, two] of pairs) {
    add(one + start, two + start, 1);
  }
  if (end > 0) {
    add(before.length - end, after.length - end, end);
  }
  return runs;
}

/** The places of the elements that both have, in order. */
function matched(before: readonly number[], after: readonly number[]): [number, number][] {
  if (before.length === 0 || after.length === 0) {
    return [];
  }
  const words = Math.ceil(before.length / WORD_BITS);
  const rows = lengthRows(before, after, words);
  const isSet = (row: number, column: number) =>
    (((rows[row * words + (column >>> 5)] ?? 0) >>> (column & 31)) & 1) === 1;
  const found: [number, number][] = [];
  let column = before.length;
  let row = after.length;
  while (row > 0 && column > 0) {
    if (isSet(row - 1, column - 1)) {
      column -= 1;
      continue;
    }
    row -= 1;
    if (row === 0 || isSet(row - 1, column - 1)) {
      column -= 1;
      found.push([column, row]);
    }
  }
  return found.reverse();
}

/** For each element of `after` the bits of Hyyrö's vector; one that is not set is a longer match. */
function lengthRows(
  before: readonly number[],
  after: readonly number[],
  words: number,
): Uint32Array {
  const places = new Map<number, Uint32Array>();
  for (const [index, element] of before.entries()) {
    let bits = places.get(element);
    if (bits === undefined) {
      bits = new Uint32Array(words);
      places.set(element, bits);
    }
    bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31));
  }
  const rows = new Uint32Array(after.length * words);
  const state = new Uint32Array(words).fill(0xff_ff_ff_ff);
  for (const [row, element] of after.entries()) {
    const matches = places.get(element);
    if (matches !== undefined) {
      let carry = 0;
      for (let word = 0; word < words; word += 1) {
        const bits = state[word] ?? 0;
        const common = (bits & (matches[word] ?? 0)) >>> 0;
        const sum = bits + common + carry;
        carry = sum > 0xff_ff_ff_ff ? 1 : 0;
        state[word] = sum | (bits - common);
      }
    }
    rows.set(state, row * words);
  }
  return rows;
}
