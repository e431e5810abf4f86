// The binary frames of shared documents: a channel, then one message of the y-protocols. Pure.
import { ByteReader, encodeNumber, joined, UpdateError, utf8, withLength } from "./bytes.ts";

/** A message of a document's channel. */
export type DocumentMessage =
  /** A state vector: send me what I lack. */
  | { readonly kind: "syncStep1"; readonly state: Uint8Array }
  /** The answer: an update with all that was lacking. */
  | { readonly kind: "syncStep2"; readonly update: Uint8Array }
  | { readonly kind: "update"; readonly update: Uint8Array }
  | { readonly kind: "awareness"; readonly states: Uint8Array }
  | { readonly kind: "queryAwareness" }
  /** Why something was refused. */
  | { readonly kind: "accessDenied"; readonly reason: string }
  /** The first updates of this connection on this channel are on disk. */
  | { readonly kind: "persisted"; readonly count: number };

/** The channel of the text that follows `share_document`; open documents count from 1. */
const SHARE_CHANNEL = 0;
const PERSISTED = 0x70;

/** A message as it is sent on the session's socket. */
export function encodeFrame(channel: number, message: DocumentMessage): Uint8Array {
  return joined(encodeNumber(channel), ...parts(message));
}

/**
 * A channel and its message.
 *
 * @throws UpdateError if it is none, or has bytes left over.
 */
export function decodeFrame(data: Uint8Array): readonly [channel: number, DocumentMessage] {
  const reader = new ByteReader(data);
  const channel = reader.number();
  const message = readMessage(reader, reader.number());
  if (reader.left > 0) {
    throw new UpdateError("bytes are left over at its end");
  }
  return [channel, message];
}

/** The frame with the text that follows `share_document`. */
export function encodeShare(content: string): Uint8Array {
  return joined(encodeNumber(SHARE_CHANNEL), utf8(content));
}

function parts(message: DocumentMessage): readonly Uint8Array[] {
  switch (message.kind) {
    case "syncStep1":
      return [Uint8Array.of(0, 0), withLength(message.state)];
    case "syncStep2":
      return [Uint8Array.of(0, 1), withLength(message.update)];
    case "update":
      return [Uint8Array.of(0, 2), withLength(message.update)];
    case "awareness":
      return [Uint8Array.of(1), withLength(message.states)];
    case "queryAwareness":
      return [Uint8Array.of(3)];
    case "accessDenied":
      return [Uint8Array.of(2, 0), withLength(utf8(message.reason))];
    case "persisted":
      return [Uint8Array.of(PERSISTED), encodeNumber(message.count)];
  }
}

function readMessage(reader: ByteReader, kind: number): DocumentMessage {
  switch (kind) {
    case 0:
      return readSync(reader, reader.number());
    case 1:
      return { kind: "awareness", states: reader.bytes() };
    case 2:
      if (reader.number() !== 0) {
        throw noMessage();
      }
      return { kind: "accessDenied", reason: reader.text() };
    case 3:
      return { kind: "queryAwareness" };
    case PERSISTED:
      return { kind: "persisted", count: reader.number() };
    default:
      throw noMessage();
  }
}

function readSync(reader: ByteReader, step: number): DocumentMessage {
  switch (step) {
    case 0:
      return { kind: "syncStep1", state: reader.bytes() };
    case 1:
      return { kind: "syncStep2", update: reader.bytes() };
    case 2:
      return { kind: "update", update: reader.bytes() };
    default:
      throw noMessage();
  }
}

function noMessage(): UpdateError {
  return new UpdateError("it is no message of a document");
}
