// Changes of a text as deltas: applied, transformed, and found by comparing two texts. Pure.
//
// A delta is a list of operations from the start of a text on: a positive number keeps that many UTF-16
// code units, a negative one deletes them, a string is inserted. What follows the last operation is kept.

/** One operation of a delta. */
export type Operation = number | string;
/** A change of a text. */
export type Delta = readonly Operation[];

/** The same change without operations that do nothing, and with neighbours of a kind as one. */
export function normal(operations: Iterable<Operation>): Delta {
  const found: Operation[] = [];
  for (const operation of operations) {
    const last = found.at(-1);
    if (operation === "" || operation === 0) {
      continue;
    }
    if (typeof operation === "string") {
      insert(found, operation);
    } else if (typeof last === "number" && last > 0 === operation > 0) {
      found[found.length - 1] = last + operation;
    } else {
      found.push(operation);
    }
  }
  const last = found.at(-1);
  return typeof last === "number" && last > 0 ? found.slice(0, -1) : found;
}

/** The text after a change. */
export function applied(text: string, delta: Delta): string {
  let at = 0;
  let after = "";
  for (const operation of delta) {
    if (typeof operation === "string") {
      after += operation;
      continue;
    }
    const end = at + Math.abs(operation);
    if (end > text.length) {
      throw new RangeError("the change reaches beyond the text");
    }
    after += operation > 0 ? text.slice(at, end) : "";
    at = end;
  }
  return after + text.slice(at);
}

/**
 * The same change after another one that was made to the same text. Its text stands before text of
 * the other one at the same place.
 */
export function transformed(delta: Delta, over: Delta): Delta {
  const built: Operation[] = [];
  const mine = [...delta];
  const other = [...over];
  for (let own = mine[0]; own !== undefined; own = mine[0]) {
    const theirs = other[0];
    if (typeof own === "string") {
      built.push(own);
      mine.shift();
    } else if (typeof theirs === "string") {
      built.push(theirs.length);
      other.shift();
    } else if (theirs === undefined) {
      built.push(own);
      mine.shift();
    } else {
      const count = Math.min(Math.abs(own), Math.abs(theirs));
      take(mine, count);
      take(other, count);
      if (theirs > 0) {
        built.push(own > 0 ? count : -count);
      }
    }
  }
  return normal(built);
}

/** The way from one text to another: by lines first, then within the lines that differ. */
export function difference(before: string, after: string): Delta {
  if (before === after) {
    return [];
  }
  const oldLines = lines(before);
  const newLines = lines(after);
  const built: Operation[] = [];
  let oldAt = 0;
  let newAt = 0;
  for (const [old, fresh] of [...commonLines(oldLines, newLines), END]) {
    const isEnd = old < 0;
    const oldEnd = isEnd ? oldLines.length : old;
    const newEnd = isEnd ? newLines.length : fresh;
    const left = oldLines.slice(oldAt, oldEnd).join("");
    const right = newLines.slice(newAt, newEnd).join("");
    built.push(...replaced(left, right));
    built.push(isEnd ? 0 : (oldLines[old] ?? "").length);
    oldAt = oldEnd + 1;
    newAt = newEnd + 1;
  }
  return normal(built);
}

const END = [-1, -1] as const;
/** Beyond this number of differing lines the middle is taken as one change. */
const MOST_LINES = 1000;

/** One text instead of another, but for what they begin and end with; no character is cut in two. */
function replaced(before: string, after: string): Operation[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) {
    start += 1;
  }
  if (isHigh(before.charCodeAt(start - 1))) {
    start -= 1;
  }
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) {
    end += 1;
  }
  if (end > 0 && isLow(before.charCodeAt(before.length - end))) {
    end -= 1;
  }
  const deleted = before.length - start - end;
  return [start, after.slice(start, after.length - end), -deleted, end];
}

/** The places of lines that both have, in order. */
function commonLines(before: readonly string[], after: readonly string[]): [number, number][] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) {
    start += 1;
  }
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) {
    end += 1;
  }
  const found: [number, number][] = [];
  for (let place = 0; place < start; place += 1) {
    found.push([place, place]);
  }
  const left = before.slice(start, before.length - end);
  const right = after.slice(start, after.length - end);
  if (left.length <= MOST_LINES && right.length <= MOST_LINES) {
    for (const [one, two] of longestCommon(left, right)) {
      found.push([one + start, two + start]);
    }
  }
  for (let place = end; place > 0; place -= 1) {
    found.push([before.length - place, after.length - place]);
  }
  return found;
}

function longestCommon(left: readonly string[], right: readonly string[]): [number, number][] {
  const width = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * width);
  const at = (one: number, two: number) => lengths[one * width + two] ?? 0;
  for (let one = left.length - 1; one >= 0; one -= 1) {
    for (let two = right.length - 1; two >= 0; two -= 1) {
      lengths[one * width + two] =
        left[one] === right[two]
          ? at(one + 1, two + 1) + 1
          : Math.max(at(one + 1, two), at(one, two + 1));
    }
  }
  const found: [number, number][] = [];
  let one = 0;
  let two = 0;
  while (one < left.length && two < right.length) {
    if (left[one] === right[two]) {
      found.push([one, two]);
      one += 1;
      two += 1;
    } else if (at(one + 1, two) >= at(one, two + 1)) {
      one += 1;
    } else {
      two += 1;
    }
  }
  return found;
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function insert(found: Operation[], text: string): void {
  // Before what is deleted at the same place.
  const last = found.at(-1);
  const at = typeof last === "number" && last < 0 ? found.length - 1 : found.length;
  const before = found[at - 1];
  if (typeof before === "string") {
    found[at - 1] = before + text;
  } else {
    found.splice(at, 0, text);
  }
}

function take(operations: Operation[], count: number): void {
  const first = operations[0] as number;
  const left = first > 0 ? first - count : first + count;
  if (left === 0) {
    operations.shift();
  } else {
    operations[0] = left;
  }
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
