// Changes of a text as deltas: applied, composed and transformed. Pure.
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

/** The one change that does what two do after each other. */
export function composed(first: Delta, second: Delta): Delta {
  const built: Operation[] = [];
  const one = [...first];
  const two = [...second];
  for (let later = two[0]; later !== undefined; later = two[0]) {
    const earlier = one[0];
    if (typeof later === "string") {
      built.push(later);
      two.shift();
    } else if (typeof earlier === "number" && earlier < 0) {
      built.push(earlier);
      one.shift();
    } else if (earlier === undefined) {
      built.push(later);
      two.shift();
    } else {
      const isText = typeof earlier === "string";
      const count = Math.min(Math.abs(later), isText ? earlier.length : earlier);
      take(two, count);
      take(one, count);
      if (later > 0) {
        built.push(isText ? earlier.slice(0, count) : count);
      } else if (!isText) {
        built.push(-count);
      }
    }
  }
  return normal([...built, ...one]);
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
  const first = operations[0];
  if (typeof first === "string") {
    operations.splice(0, 1, ...(count < first.length ? [first.slice(count)] : []));
    return;
  }
  if (first === undefined) {
    return;
  }
  const left = first > 0 ? first - count : first + count;
  if (left === 0) {
    operations.shift();
  } else {
    operations[0] = left;
  }
}
