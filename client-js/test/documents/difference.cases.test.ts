// The edits that the Python client makes of two texts, made by this one too.
import { describe, expect, it, vi } from "vitest";
import { Client } from "../../src/client.ts";
import { applied, type Delta } from "../../src/documents/delta.ts";
import { difference } from "../../src/documents/difference.ts";
import { cases } from "../cases.ts";
import { Server } from "../server.ts";
import { SESSION } from "../session.ts";
import { World } from "../world.ts";

/** Texts in a row, each with how often it is there. */
type Pieces = [text: string, times: number][];

interface DifferenceCase {
  before: Pieces;
  after: Pieces;
  at: number;
  delta: Delta;
}

const textOf = (pieces: Pieces) => pieces.map(([text, times]) => text.repeat(times)).join("");

/** A delta of a text with its numbers in code points, as Python has them. */
function inCodePoints(text: string, delta: Delta): Delta {
  let at = 0;
  return delta.map((operation) => {
    if (typeof operation === "string") {
      return operation;
    }
    const piece = text.slice(at, at + Math.abs(operation));
    at += piece.length;
    return Math.sign(operation) * [...piece].length;
  });
}

describe("the difference of two texts", () => {
  it.each(cases<DifferenceCase>("differences"))("case %#", ({ before, after, at, delta }) => {
    const [start, old, fresh] = [" ".repeat(at), textOf(before), textOf(after)];
    const found = difference(old, fresh, at);
    expect(inCodePoints(start + old, found)).toEqual(delta);
    expect(applied(start + old, found)).toBe(start + fresh);
  });
});

interface ReplacementCase {
  text: string;
  old: string;
  new: string;
  delta?: Delta;
  error?: string;
}

describe("a piece of a text that is replaced", () => {
  it.each(cases<ReplacementCase>("replacements"))("$old by $new", async (given) => {
    const world = new World();
    const server = new Server(world);
    server.doc.getText("text").insert(0, given.text);
    server.share("d1");
    const link = { address: "h:1", sessionId: SESSION, tls: false, prefix: "" };
    const client = new Client({ link, credentials: { authToken: "t" }, environment: world });
    client.start();
    const document = client.documents.open("d1");
    await server.rest(world);
    expect(document.text).toBe(given.text);
    const edit = vi.spyOn(document, "edit");
    if (given.error !== undefined) {
      expect(() => document.replace(given.old, given.new)).toThrow(new RangeError(given.error));
      expect([document.text, document.pending]).toEqual([given.text, 0]);
    } else {
      document.replace(given.old, given.new);
      const deltas = edit.mock.calls.map(([delta]) => inCodePoints(given.text, delta));
      expect(deltas).toEqual([given.delta]);
      expect(document.text).toBe(given.text.replace(given.old, given.new));
    }
    client.close();
  });
});
