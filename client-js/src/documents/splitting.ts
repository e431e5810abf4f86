// Large updates in parts, each of which can be taken after the one before. Pure.
import { writeVarUint } from "lib0/encoding";
import * as Y from "yjs";

/** Bytes of a part beside its structs: counts, a client, a clock. */
const FRAMING = 64;

type Struct = ReturnType<typeof Y.decodeUpdate>["structs"][number];
type Deleted = ReturnType<typeof Y.decodeUpdate>["ds"];

/** An own update in parts of about `limit` bytes at most; itself if it is not longer. */
export function splitUpdate(update: Uint8Array, limit: number): Uint8Array[] {
  if (update.length <= limit) {
    return [update];
  }
  const { structs, ds } = Y.decodeUpdate(update);
  const room = limit - 2 * FRAMING;
  const pieces = structs.flatMap((struct) => piecesOf(struct, room));
  return [...grouped(pieces, room).map(withStructs), ...withDeleted(ds, room)];
}

/** A struct with a long text in several: each goes on behind the last character of the one before. */
function piecesOf(struct: Struct, room: number): Struct[] {
  if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) {
    return [struct];
  }
  const { client } = struct.id;
  let { clock } = struct.id;
  let origin = struct.origin;
  return cut(struct.content.str, room).map((text) => {
    const content = new Y.ContentString(text);
    const id = Y.createID(client, clock);
    const { rightOrigin, parent, parentSub } = struct;
    const piece = new Y.Item(id, null, origin, null, rightOrigin, parent, parentSub, content);
    clock += text.length;
    origin = Y.createID(client, clock - 1);
    return piece;
  });
}

/** Pieces that have at most `room` bytes in UTF-8, cut between characters. */
function cut(text: string, room: number): string[] {
  // Three bytes for each code unit are the most.
  const longest = Math.floor(room / 3);
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + longest, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) {
      end -= 1;
    }
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

function grouped(structs: readonly Struct[], room: number): Struct[][] {
  const groups: Struct[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const struct of structs) {
    const own = withStructs([struct]).length;
    const group = groups.at(-1);
    if (group === undefined || group[0]?.id.client !== struct.id.client || size + own > room) {
      groups.push([struct]);
      size = own;
    } else {
      group.push(struct);
      size += own;
    }
  }
  return groups;
}

/** The update with structs of one client, which follow each other. */
function withStructs(structs: readonly Struct[]): Uint8Array {
  const [first] = structs;
  const encoder = new Y.UpdateEncoderV1();
  writeVarUint(encoder.restEncoder, 1);
  writeVarUint(encoder.restEncoder, structs.length);
  encoder.writeClient(first?.id.client ?? 0);
  writeVarUint(encoder.restEncoder, first?.id.clock ?? 0);
  for (const struct of structs) {
    struct.write(encoder, 0);
  }
  writeVarUint(encoder.restEncoder, 0);
  return encoder.toUint8Array();
}

/** Updates with deleted ranges only. */
function withDeleted(deleted: Deleted, room: number): Uint8Array[] {
  // A range takes two numbers of at most eight bytes.
  const most = Math.floor(room / 16);
  const updates: Uint8Array[] = [];
  for (const [client, ranges] of deleted.clients) {
    for (let at = 0; at < ranges.length; at += most) {
      const some = ranges.slice(at, at + most);
      const encoder = new Y.UpdateEncoderV1();
      const numbers = [
        0,
        1,
        client,
        some.length,
        ...some.flatMap(({ clock, len }) => [clock, len]),
      ];
      for (const number of numbers) {
        writeVarUint(encoder.restEncoder, number);
      }
      updates.push(encoder.toUint8Array());
    }
  }
  return updates;
}
