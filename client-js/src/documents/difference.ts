// The change that makes one text of another, small where that is cheap to find. Pure.
//
// It is the one that the Python client finds (peerline/documents/difference.py), which counts code
// points: what is compared here are code points too, and no character is cut in two.
import { MAX_EXACT, MAX_LINES } from "../generated/codes.ts";
import { commonRuns } from "./alignment.ts";
import { type Delta, normal, type Operation } from "./delta.ts";

/** The change from one text to the other, which begin at a place of a longer text. */
export function difference(before: string, after: string, at = 0): Delta {
  if (before === after) {
    return [];
  }
  let start = commonStart(before, after);
  let end = commonEnd(before, after, start);
  const changed = codePoints(before, start, end) + codePoints(after, start, end);
  if (changed > MAX_EXACT) {
    // Whole lines are compared then.
    start = start === 0 ? 0 : before.lastIndexOf("\n", start - 1) + 1;
    const behind = before.indexOf("\n", before.length - end) + 1;
    end = behind > 0 ? before.length - behind : 0;
  }
  const found: Operation[] = [at + start];
  compare(before.slice(start, before.length - end), after.slice(start, after.length - end), found);
  return normal(found);
}

function compare(before: string, after: string, found: Operation[]): void {
  if (before === "" || after === "" || isShort(before, after)) {
    compareExactly(before, after, found);
    return;
  }
  const oldLines = linesOf(before);
  const newLines = linesOf(after);
  if (Math.max(oldLines.length, newLines.length) > MAX_LINES) {
    found.push(after, -before.length);
    return;
  }
  const numbers = new Map<string, number>();
  const numbered = (lines: readonly string[]) =>
    lines.map((line) => {
      const number = numbers.get(line) ?? numbers.size;
      numbers.set(line, number);
      return number;
    });
  let oldAt = 0;
  let newAt = 0;
  const runs = commonRuns(numbered(oldLines), numbered(newLines));
  for (const [old, fresh, length] of [...runs, [oldLines.length, newLines.length, 0] as const]) {
    compareChanged(oldLines.slice(oldAt, old), newLines.slice(newAt, fresh), found);
    oldAt = old + length;
    newAt = fresh + length;
    found.push(lengthOf(oldLines.slice(old, oldAt)));
  }
}

/** Compare lines that have nothing in common with those of the other text in their place. */
function compareChanged(
  oldLines: readonly string[],
  newLines: readonly string[],
  found: Operation[],
): void {
  const before = oldLines.join("");
  const after = newLines.join("");
  if (isShort(before, after)) {
    compareExactly(before, after, found);
  } else if (oldLines.length === newLines.length && oldLines.length > 1) {
    // As after an indent or a substitution, which change each line a little.
    for (const [index, line] of oldLines.entries()) {
      compareChanged([line], [newLines[index] ?? ""], found);
    }
  } else {
    found.push(after, -before.length);
  }
}

function compareExactly(before: string, after: string, found: Operation[]): void {
  const old = [...before];
  const fresh = [...after];
  let oldAt = 0;
  let newAt = 0;
  const runs = commonRuns(old.map(codePoint), fresh.map(codePoint));
  for (const [one, two, length] of [...runs, [old.length, fresh.length, 0] as const]) {
    found.push(fresh.slice(newAt, two).join(""), -lengthOf(old.slice(oldAt, one)));
    found.push(lengthOf(old.slice(one, one + length)));
    oldAt = one + length;
    newAt = two + length;
  }
}

/** The length of the common start, in UTF-16 code units. */
function commonStart(one: string, two: string): number {
  const most = Math.min(one.length, two.length);
  let start = 0;
  while (start < most && one.charCodeAt(start) === two.charCodeAt(start)) {
    start += 1;
  }
  return isInside(one, start) || isInside(two, start) ? start - 1 : start;
}

/** The length of the common end behind a common start. */
function commonEnd(one: string, two: string, start: number): number {
  const most = Math.min(one.length, two.length) - start;
  let end = 0;
  while (
    end < most &&
    one.charCodeAt(one.length - 1 - end) === two.charCodeAt(two.length - 1 - end)
  ) {
    end += 1;
  }
  return isInside(one, one.length - end) || isInside(two, two.length - end) ? end - 1 : end;
}

/** Whether a place is between the two halves of a character. */
function isInside(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xff_ff;
}

/** The code points of a text without its start and its end. */
function codePoints(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < text.length - end; at += isInside(text, at + 1) ? 2 : 1) {
    count += 1;
  }
  return count;
}

function isShort(before: string, after: string): boolean {
  return codePoints(before, 0, 0) + codePoints(after, 0, 0) <= MAX_EXACT;
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function lengthOf(parts: readonly string[]): number {
  let length = 0;
  for (const part of parts) {
    length += part.length;
  }
  return length;
}

/** The lines with their ends. */
function linesOf(text: string): string[] {
  const parts = text.split("\n");
  const last = parts.pop() ?? "";
  return [...parts.map((part) => `${part}\n`), ...(last === "" ? [] : [last])];
}
