// A reader and a writer of lib0's encoding, the reader bounded by the bytes that are there. Pure.

/** Bytes of a document that make no sense. */
export class UpdateError extends Error {
  override readonly name = "UpdateError";
}

/** Reads numbers, bytes and strings one after the other; throws `UpdateError` where the data ends. */
export class ByteReader {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** The number of bytes that are not read yet. */
  get left(): number {
    return this.#data.length - this.#at;
  }

  /** An unsigned integer in groups of seven bits, the lowest first. */
  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#data[this.#at];
      if (byte === undefined) {
        throw new UpdateError("it is cut off");
      }
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) {
        throw new UpdateError("a number is too large");
      }
      if (byte < 0x80) {
        return value;
      }
    }
  }

  /** How many things follow, each of which takes at least one byte. */
  count(): number {
    const count = this.number();
    if (count > this.left) {
      throw new UpdateError("it announces more than it holds");
    }
    return count;
  }

  /** A string of bytes. */
  bytes(): Uint8Array {
    const size = this.number();
    if (size > this.left) {
      throw new UpdateError("it is cut off");
    }
    this.#at += size;
    return this.#data.slice(this.#at - size, this.#at);
  }

  /** A string. */
  text(): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.bytes());
    } catch (error) {
      throw error instanceof UpdateError ? error : new UpdateError("a text in it is not UTF-8");
    }
  }
}

/** Bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A number that is not negative as unsigned LEB128. */
export function encodeNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  while (left > 0x7f) {
    bytes.push(0x80 | (left % 128));
    left = Math.floor(left / 128);
  }
  return Uint8Array.from([...bytes, left]);
}

/** Bytes behind their number. */
export function withLength(data: Uint8Array): Uint8Array {
  return joined(encodeNumber(data.length), data);
}

/** A text in UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes in Base64. */
export function toBase64(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += 8192) {
    text += String.fromCharCode(...data.subarray(at, at + 8192));
  }
  return btoa(text);
}
