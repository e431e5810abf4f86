// Shared documents: bytes, deltas, large updates, and many clients whose connections break.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { Client } from "../../src/client.ts";
import { UpdateError } from "../../src/documents/bytes.ts";
import { applied, type Delta, normal, transformed } from "../../src/documents/delta.ts";
import { difference } from "../../src/documents/difference.ts";
import { type DocumentMessage, decodeFrame, encodeFrame } from "../../src/documents/frames.ts";
import { decodeKept, encodeKept } from "../../src/documents/kept.ts";
import { LocalText } from "../../src/documents/localText.ts";
import { type OpenedDocument, textHash } from "../../src/documents/opened.ts";
import { splitUpdate } from "../../src/documents/splitting.ts";
import { DocumentNotOpen, EditRefused } from "../../src/errors.ts";
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES } from "../../src/generated/codes.ts";
import { isWellFormed } from "../../src/text.ts";
import { cases } from "../cases.ts";
import { Server } from "../server.ts";
import { SESSION } from "../session.ts";
import { settled, World } from "../world.ts";

const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));

interface FrameCase {
  frame: string;
  channel?: number;
  message?: Record<string, string | number>;
  error?: string;
}

describe("a frame", () => {
  it.each(cases<FrameCase>("frames"))("$frame", ({ frame, channel, message, error }) => {
    if (error !== undefined) {
      expect(() => decodeFrame(bytes(frame))).toThrow(new UpdateError(error));
      return;
    }
    const [found, read] = decodeFrame(bytes(frame));
    const shown = Object.entries(read).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Uint8Array ? hex(value) : value,
    ]);
    expect([found, Object.fromEntries(shown)]).toEqual([channel, message]);
    expect(hex(encodeFrame(found, read as DocumentMessage))).toBe(frame);
  });
});

interface KeptCase {
  data: string;
  error?: string;
  kept?: { documentId: string; generation: string; state: string; updates: string[] };
}

describe("a kept document", () => {
  it.each(cases<KeptCase>("kept"))("$data", ({ data, error, kept }) => {
    if (error !== undefined) {
      expect(() => decodeKept(bytes(data))).toThrow(new UpdateError(error));
      return;
    }
    const read = decodeKept(bytes(data));
    expect({ ...read, state: hex(read.state), updates: read.updates.map(hex) }).toEqual(kept);
    expect(hex(encodeKept(read))).toBe(data);
  });
});

const texts = fc.string({ unit: fc.constantFrom("a", "b", "\n", "é", "😀"), maxLength: 30 });

describe("a delta", () => {
  it("is the way from one text to another, and cuts no character in two", () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const delta = difference(before, after);
        expect(applied(before, delta)).toBe(after);
        expect(normal(delta)).toEqual(delta);
        const pieces = delta.filter((operation) => typeof operation === "string");
        expect(pieces.every((piece) => isWellFormed(piece))).toBe(true);
      }),
    );
  });

  it("after another one does the same to what that has left", () => {
    fc.assert(
      fc.property(texts, texts, texts, (base, mine, theirs) => {
        const edit = transformed(difference(base, mine), difference(base, theirs));
        const merged = applied(theirs, edit);
        // Every character is somebody's: nothing is there that neither has written.
        const letters = new Set([...mine, ...theirs]);
        expect([...merged].every((letter) => letters.has(letter))).toBe(true);
        if (base === mine) {
          expect(merged).toBe(theirs);
        }
        if (base === theirs) {
          expect(merged).toBe(mine);
        }
      }),
    );
  });

  it("keeps lines of both apart", () => {
    const base = "one\ntwo\nthree\n";
    const mine = difference(base, "ONE\ntwo\nthree\n");
    const theirs = "one\ntwo\nthree\nfour\n";
    expect(applied(theirs, transformed(mine, difference(base, theirs)))).toBe(
      "ONE\ntwo\nthree\nfour\n",
    );
  });
});

describe("a large update", () => {
  it.each([
    ["one paste", (text: Y.Text) => text.insert(2, "😀é".repeat(3000))],
    [
      "many edits",
      (text: Y.Text) => {
        for (let at = 0; at < 900; at += 1) {
          text.insert(at % 5, "x");
        }
      },
    ],
    [
      "many deletions",
      (text: Y.Text) => {
        text.insert(0, "-".repeat(4000));
        for (let at = 0; at < 1500; at += 1) {
          text.delete(at, 1);
        }
      },
    ],
  ])("arrives in parts: %s", (_, change) => {
    const mine = new Y.Doc();
    mine.getText("text").insert(0, "start");
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(mine));
    const updates: Uint8Array[] = [];
    mine.on("update", (update: Uint8Array) => updates.push(update));
    mine.transact(() => change(mine.getText("text")));
    const parts = splitUpdate(Y.mergeUpdates(updates), 1024);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(1024);
      Y.applyUpdate(other, part);
      expect(other.store.pendingStructs).toBeNull();
      expect(isWellFormed(other.getText("text").toString())).toBe(true);
    }
    expect(other.getText("text").toString()).toBe(mine.getText("text").toString());
    expect(Y.encodeStateVector(other)).toEqual(Y.encodeStateVector(mine));
  });

  it("that is not too large is left as it is", () => {
    const update = Uint8Array.of(0, 0);
    expect(splitUpdate(update, 2)).toEqual([update]);
  });
});

function local(text = ""): LocalText {
  const doc = new Y.Doc();
  doc.getText("text").insert(0, text);
  return new LocalText("g0", 7, Y.encodeStateAsUpdate(doc), () => 0);
}

describe("a local text", () => {
  it("takes the largest text and not one byte more", () => {
    const text = local("é".repeat(MAX_DOCUMENT_BYTES / 2 - 1));
    text.edit(["ab"]);
    expect(() => text.edit(["c"])).toThrow(EditRefused);
    expect(text.text.length).toBe(MAX_DOCUMENT_BYTES / 2 + 1);
    text.edit([-1]);
  });

  it("takes the most lines and not one more", () => {
    const text = local("\n".repeat(MAX_DOCUMENT_LINES - 1));
    text.edit([MAX_DOCUMENT_LINES - 1, "last"]);
    expect(() => text.edit(["\n"])).toThrow(EditRefused);
  });

  it("refuses a change that does not fit", () => {
    const text = local("a😀b");
    expect(() => text.edit([5, "x"])).toThrow(RangeError);
    expect(() => text.edit([2, "x"])).toThrow("cuts a character in two");
    expect(() => text.edit([1, -1])).toThrow("cuts a character in two");
    expect(text.text).toBe("a😀b");
    expect(text.outbox.length).toBe(0);
  });

  it("undoes its own edits only, and makes them again", () => {
    const text = local("base");
    text.edit([4, " mine"]);
    const other = new Y.Doc();
    Y.applyUpdate(other, text.whole);
    other.getText("text").insert(0, "theirs ");
    expect(text.take(Y.encodeStateAsUpdate(other, text.state))).toEqual(["theirs "]);
    expect(text.step("undo")).toEqual([11, -5]);
    expect(text.text).toBe("theirs base");
    expect(text.step("redo")).toEqual([11, " mine"]);
    expect(text.step("redo")).toBeUndefined();
  });

  it("has places that move with their characters", () => {
    const text = local("abc");
    const [before, behind] = [text.relative(1, 0), text.relative(1, -1)];
    text.edit([1, "xy"]);
    expect([text.indexOf(before), text.indexOf(behind)]).toEqual([3, 1]);
    expect([text.relative(5, 0), text.relative(0, -1)]).toEqual([
      [0, 0, -1],
      [0, 0, 0],
    ]);
    expect([text.indexOf([0, 0, -1]), text.indexOf([0, 0, 0])]).toEqual([5, 0]);
    expect(text.indexOf([12345, 6, 0])).toBeUndefined();
  });

  it.each(["", "00", "ffffffff", "0101"])("does not take the bytes %s", (data) => {
    expect(() => local().take(bytes(data))).toThrow(UpdateError);
  });

  it("does not take an update that something is missing before", () => {
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "a");
    const state = Y.encodeStateVector(doc);
    doc.getText("text").insert(1, "b");
    expect(() => local().take(Y.encodeStateAsUpdate(doc, state))).toThrow("something is missing");
  });
});

it("the hash of a text is that of its UTF-8", () => {
  expect(textHash("é\n")).toBe(
    "sha256:edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c2",
  );
});

type Step = { who: number; do: "edit" | "undo" | "up" | "down" | "cut" | "wait"; at: number };

const plans = fc.array(
  fc.record<Step>({
    who: fc.nat(2),
    do: fc.constantFrom("edit", "edit", "edit", "undo", "up", "up", "down", "down", "cut", "wait"),
    at: fc.nat(200),
  }),
  { maxLength: 80 },
);

const LINK = { address: "h:1", sessionId: SESSION, tls: false, prefix: "" };

describe("many clients in one document", () => {
  it("have one text in the end, with every edit once, whatever breaks", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const world = new World();
        const server = new Server(world);
        server.share("d1");
        const people: { client: Client; document: OpenedDocument; shown: string }[] = [];
        for (let who = 0; who < 3; who += 1) {
          const credentials = { authToken: `t${who}` };
          const client = new Client({ link: LINK, credentials, environment: world });
          client.start();
          const person = { client, document: undefined as unknown as OpenedDocument, shown: "" };
          person.document = client.documents.open("d1", {
            onChange: (delta: Delta) => {
              person.shown = applied(person.shown, delta);
            },
          });
          people.push(person);
          await server.rest(world, who + 1);
          person.shown = person.document.text;
        }
        const written: string[] = [];
        for (const { who, do: act, at } of plan) {
          const person = people[who];
          const wire = server.wires[who % Math.max(1, server.wires.length)];
          if (act === "edit" && person !== undefined) {
            const mark = `<${written.length}>`;
            const place = at % (person.document.text.length + 1);
            person.document.edit([place, mark]);
            person.shown = applied(person.shown, [place, mark]);
            written.push(mark);
          } else if (act === "undo" && person !== undefined && at > 150) {
            person.document.edit([-Math.min(2, person.document.text.length)]);
            person.shown = person.shown.slice(2);
          } else if (act === "up" && wire !== undefined) {
            server.up(wire);
          } else if (act === "down" && wire !== undefined) {
            server.down(wire);
          } else if (act === "cut") {
            wire?.end();
          } else if (act === "wait") {
            await world.pass(0.02);
          }
        }
        await server.rest(world, 3);
        const text = server.doc.getText("text").toString();
        for (const { document, shown, client } of people) {
          expect([document.state, document.pending]).toEqual(["equal", 0]);
          expect(document.text).toBe(text);
          expect(shown).toBe(text);
          client.close();
        }
        const isWhole = !plan.some((step) => step.do === "undo");
        for (const mark of isWhole ? written : []) {
          expect(
            text.match(/\d+/g)?.filter((digits) => digits === mark.slice(1, -1)).length ?? 0,
          ).toBeLessThanOrEqual(1);
        }
        if (isWhole) {
          expect(text.replaceAll(/[^<>]/g, "").length).toBe(2 * written.length);
        }
        await settled();
      }),
      { numRuns: Number(process.env.PEERLINE_RUNS ?? 60) },
    );
  });

  it("a document that is not shared is not open", async () => {
    const world = new World();
    const server = new Server(world);
    const client = new Client({ link: LINK, credentials: { authToken: "t" }, environment: world });
    client.start();
    const document = client.documents.open("gone");
    await server.rest(world);
    await expect(document.ready()).rejects.toThrow(DocumentNotOpen);
    expect(document.state).toBe("detached");
    expect(() => document.edit(["x"])).toThrow("it is no longer shared");
  });

  it("a document is open once", async () => {
    const world = new World();
    const client = new Client({ link: LINK, credentials: { authToken: "t" }, environment: world });
    const document = client.documents.open("d1");
    expect(() => client.documents.open("d1")).toThrow("open already");
    document.close();
    client.documents.open("d1");
  });

  it("edits outlive the page, and are written under another client id", async () => {
    const world = new World();
    const server = new Server(world);
    server.share("d1");
    const options = { link: LINK, credentials: { authToken: "t" }, environment: world };
    const before = new Client(options);
    before.start();
    const document = before.documents.open("d1");
    await server.rest(world);
    server.wires.at(-1)?.end();
    document.edit(["offline "]);
    const kept = document.kept();
    before.close();
    const after = new Client(options);
    const restored = after.documents.open("d1", kept === undefined ? {} : { kept });
    expect(restored.text).toBe("offline ");
    restored.edit(["more "]);
    after.start();
    await server.rest(world);
    expect(server.doc.getText("text").toString()).toBe("more offline ");
    expect(restored.kept()).toBeUndefined();
    expect(restored.yText.doc?.clientID).not.toBe(document.yText.doc?.clientID);
  });
});
