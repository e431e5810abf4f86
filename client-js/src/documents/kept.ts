// An opened document as bytes, for a page that ends while it is offline. Pure.
//
// The whole shared text, and the own updates that the server has not confirmed. It is written under
// another client id afterwards: what was sent after the bytes were written is not in them, and two
// histories under one id would never be the same again.
import { ByteReader, encodeNumber, joined, UpdateError, utf8, withLength } from "./bytes.ts";

const MARK = utf8("peerline document 1\n");

/** The state of an opened document. */
export interface KeptDocument {
  readonly documentId: string;
  /** The generation that the updates belong to. */
  readonly generation: string;
  /** An update with the whole shared text, the own updates included. */
  readonly state: Uint8Array;
  /** The own updates that the server has not confirmed, oldest first. */
  readonly updates: readonly Uint8Array[];
}

export function encodeKept(kept: KeptDocument): Uint8Array {
  const strings = [utf8(kept.documentId), utf8(kept.generation), kept.state, ...kept.updates];
  return joined(MARK, encodeNumber(kept.updates.length), ...strings.map(withLength));
}

/**
 * Read what `encodeKept` wrote.
 *
 * @throws UpdateError if it is not that, or not all of it.
 */
export function decodeKept(data: Uint8Array): KeptDocument {
  if (MARK.some((byte, place) => data[place] !== byte)) {
    throw new UpdateError("it is no document that was kept");
  }
  const reader = new ByteReader(data.slice(MARK.length));
  const count = reader.count();
  const documentId = reader.text();
  const generation = reader.text();
  const state = reader.bytes();
  const updates = Array.from({ length: count }, () => reader.bytes());
  if (reader.left > 0) {
    throw new UpdateError("bytes are left over at its end");
  }
  return { documentId, generation, state, updates };
}
