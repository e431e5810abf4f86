// A color for each participant, the same in every editor. Pure.
import { COLOR_COUNT } from "./generated/codes.ts";

/**
 * The color index of each user, from their ids in the order of joining.
 *
 * Two users share a color only when there are more users than colors.
 */
export function assignColors(userIds: Iterable<string>): Map<string, number> {
  const colors = new Map<string, number>();
  const taken = new Set<number>();
  for (const id of userIds) {
    let color = colorOf(id);
    while (taken.size < COLOR_COUNT && taken.has(color)) {
      color = (color + 1) % COLOR_COUNT;
    }
    taken.add(color);
    colors.set(id, color);
  }
  return colors;
}

/** The color that a user has if nobody else has it, for those who are not here. */
export function colorOf(userId: string): number {
  return crc32(new TextEncoder().encode(userId)) % COLOR_COUNT;
}

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}
