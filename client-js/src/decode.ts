// The server's messages, read and checked field by field. Pure.
//
// A message that was read has the fields that this version knows, and no others; a list that is absent
// is an empty one.
import type { ErrorCode, ServerMessage } from "./generated/protocol.ts";
import { CLIENT_TYPES, SERVER_MESSAGES, SHAPES } from "./generated/shapes.ts";
import type { Shape } from "./shape.ts";
import { isWellFormed } from "./text.ts";

/** A message that is not of the protocol; its text names the field, never the content. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, text: string) {
    super(text);
    this.code = code;
  }
}

const MOST_DEEP = 64;
const patterns = new Map<string, RegExp>();
const clientTypes = new Set(CLIENT_TYPES);

/**
 * Read one text frame from the server; undefined for a type that this version does not know.
 *
 * @throws DecodeError if it is not JSON, or a field is wrong.
 */
export function decodeServerMessage(frame: string): ServerMessage | undefined {
  const data = parse(frame);
  const { type } = data;
  const name = typeof type === "string" ? own(SERVER_MESSAGES, type) : undefined;
  return name === undefined ? undefined : (checked(["ref", name], data, "", 0) as ServerMessage);
}

/** Whether a frame of an unknown type may be a message of a newer server. */
export function mayBeNewer(frame: string): boolean {
  const { type } = parseLoosely(frame);
  // The messages of a client come back from a server that only echoes.
  return typeof type === "string" && !clientTypes.has(type);
}

/** Whether a frame says that it is the answer to a join of this session, be it that it is broken. */
export function namesSession(frame: string, sessionId: string): boolean {
  const data = parseLoosely(frame);
  return data.type === "connected" && data.session_id === sessionId;
}

/** The names of the fields that a part of a message can have. */
export function fieldsOf(name: string): readonly string[] {
  const shape = SHAPES[name];
  return shape?.[0] === "object" ? Object.keys(shape[1]) : [];
}

function parse(frame: string): Record<string, unknown> {
  let data: unknown;
  try {
    data = JSON.parse(frame);
  } catch {
    throw new DecodeError("INVALID_JSON", "the message is not valid JSON");
  }
  return isObject(data) ? data : {};
}

function parseLoosely(frame: string): Record<string, unknown> {
  try {
    return parse(frame);
  } catch {
    return {};
  }
}

function checked(shape: Shape, value: unknown, path: string, depth: number): unknown {
  if (depth > MOST_DEEP) {
    throw wrong(path, "it is nested too deeply");
  }
  switch (shape[0]) {
    case "ref": {
      const found = SHAPES[shape[1]];
      if (found === undefined) {
        throw wrong(path, "its kind is not known");
      }
      return checked(found, value, path, depth + 1);
    }
    case "any":
      return checkedAny(shape, value, path, depth);
    case "one":
      if (!(shape.slice(1) as unknown[]).includes(value)) {
        throw wrong(path, "it is none of the values that are known");
      }
      return value;
    case "text":
      return checkedText(shape, value, path);
    case "whole":
      if (!Number.isSafeInteger(value)) {
        throw wrong(path, "it must be a whole number");
      }
      return checkedNumber(shape[1], shape[2], value as number, path);
    case "number":
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw wrong(path, "it must be a number");
      }
      return checkedNumber(shape[1], shape[2], value, path);
    case "yes":
      if (typeof value !== "boolean") {
        throw wrong(path, "it must be true or false");
      }
      return value;
    case "tuple": {
      const parts = shape.slice(1) as Shape[];
      const list = checkedList(value, path, parts.length);
      if (list.length !== parts.length) {
        throw wrong(path, `it must have ${parts.length} entries`);
      }
      return parts.map((part, index) => checked(part, list[index], `${path}.${index}`, depth + 1));
    }
    case "list":
      return checkedList(value, path, shape[2]).map((entry, index) =>
        checked(shape[1], entry, `${path}.${index}`, depth + 1),
      );
    case "object":
      return checkedObject(shape[1], value, path, depth);
    case "map":
      return checkedMap(shape[1], value, path, depth);
  }
}

function checkedAny(shape: Shape, value: unknown, path: string, depth: number): unknown {
  for (const part of shape.slice(1) as Shape[]) {
    // A type is known by its tag; the first that fits is the one.
    try {
      return checked(part, value, path, depth + 1);
    } catch (error) {
      if (!(error instanceof DecodeError)) {
        throw error;
      }
    }
  }
  throw wrong(path, "it is none of the kinds that are known");
}

function checkedText(shape: Shape & readonly ["text", ...unknown[]], value: unknown, path: string) {
  if (typeof value !== "string") {
    throw wrong(path, "it must be a text");
  }
  if (!isWellFormed(value)) {
    throw new DecodeError("INVALID_JSON", "the message holds half a character (a lone surrogate)");
  }
  const [, shortest, longest, pattern] = shape;
  if (shortest != null && value.length < shortest) {
    throw wrong(path, `it must have at least ${shortest} characters`);
  }
  // Two code units can be one character.
  if (longest != null && value.length > longest && [...value].length > longest) {
    throw wrong(path, `it must have at most ${longest} characters`);
  }
  if (pattern !== undefined && !compiled(pattern).test(value)) {
    throw wrong(path, "it has characters that it must not have");
  }
  return value;
}

function checkedNumber(
  least: number | null | undefined,
  most: number | undefined,
  value: number,
  path: string,
): number {
  if ((least != null && value < least) || (most !== undefined && value > most)) {
    throw wrong(path, "it is out of its bounds");
  }
  return value;
}

function checkedList(value: unknown, path: string, most: number | undefined): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw wrong(path, "it must be a list");
  }
  if (most !== undefined && value.length > most) {
    throw wrong(path, `it must have at most ${most} entries`);
  }
  return value;
}

function checkedObject(
  fields: Extract<Shape, readonly ["object", unknown]>[1],
  value: unknown,
  path: string,
  depth: number,
): Record<string, unknown> {
  if (!isObject(value)) {
    throw wrong(path, "it must be an object");
  }
  const found: Record<string, unknown> = {};
  for (const [name, [shape, required, without]] of Object.entries(fields)) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    const place = path === "" ? name : `${path}.${name}`;
    if (field !== undefined && (field !== null || required === 1)) {
      found[name] = checked(shape, field, place, depth + 1);
    } else if (required === 1) {
      throw wrong(place, "is missing");
    } else if (without !== undefined) {
      found[name] = structuredClone(without);
    }
  }
  return found;
}

function checkedMap(shape: Shape, value: unknown, path: string, depth: number) {
  if (!isObject(value)) {
    throw wrong(path, "it must be an object");
  }
  // Its keys are somebody's: `__proto__` is one like the others.
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, checked(shape, entry, path, depth + 1)]),
  );
}

function wrong(path: string, reason: string): DecodeError {
  return new DecodeError("INVALID_FIELD", `${path || "message"}: ${reason}`);
}

function compiled(pattern: string): RegExp {
  let found = patterns.get(pattern);
  if (found === undefined) {
    found = new RegExp(pattern);
    patterns.set(pattern, found);
  }
  return found;
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
