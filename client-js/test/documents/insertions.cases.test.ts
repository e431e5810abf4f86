// Insertions that somebody else makes, too, at once: taken back as the Python client does it.
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { applied, composed, type Delta } from "../../src/documents/delta.ts";
import { isOnce, MAX_FOUND, MAX_KEPT, OwnInsertions } from "../../src/documents/insertions.ts";
import { LocalText } from "../../src/documents/localText.ts";
import { cases } from "../cases.ts";

interface TwinCase {
  seed: string;
  client: number;
  own: Delta[];
  isOnce: boolean;
  updates: string[];
  changes: Delta[];
  after: string;
}

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

describe("insertions that somebody else makes, too", () => {
  it.each(cases<TwinCase>("twins"))("case %#", (given) => {
    const local = new LocalText("g", given.client, bytes(given.seed), () => 0);
    for (const delta of given.own) {
      local.edit(delta, given.isOnce);
    }
    let shown = local.text;
    const changes = given.updates.map(bytes).map((update) => {
      const change = composed(local.take(update), local.takeBackTwins(update));
      shown = applied(shown, change);
      expect(shown).toBe(local.text);
      return change;
    });
    expect(changes).toEqual(given.changes);
    expect(local.text).toBe(given.after);
  });

  it("are there once for all, undone only by who made them, and sent", () => {
    const seed = new Y.Doc();
    seed.getText("text").insert(0, "one");
    const whole = Y.encodeStateAsUpdate(seed);
    const people = [3, 2, 4].map((id) => new LocalText("g", id, whole, () => 0));
    for (const person of people) {
      person.edit([3, "\n"], true);
    }
    for (let round = 0; round < 3; round += 1) {
      const sent = people.map(({ outbox }) => outbox.flush(round));
      for (const [from, updates] of sent.entries()) {
        for (const update of updates) {
          for (const person of people.filter((_, to) => to !== from)) {
            person.take(update);
            person.takeBackTwins(update);
          }
        }
      }
    }
    expect(people.map(({ text }) => text)).toEqual(["one\n", "one\n", "one\n"]);
    expect(people.map((person) => person.step("undo")).filter(Boolean)).toHaveLength(1);
  });

  it("are remembered and looked for up to a number", () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => updates.push(update));
    const insertions = new OwnInsertions();
    for (let number = 0; number <= MAX_KEPT; number += 1) {
      doc.getText("text").insert(0, String(number));
    }
    for (const update of updates) {
      insertions.add(update);
    }
    const found = (count: number, from: number) =>
      insertions.alsoIn(Y.mergeUpdates(updates.slice(from, from + count))).length;
    expect([found(1, 0), found(1, 1), found(1, MAX_KEPT)]).toEqual([0, 1, 1]);
    expect([found(MAX_FOUND, 1), found(MAX_FOUND + 1, 1)]).toEqual([MAX_FOUND, MAX_FOUND]);
  });
});

describe("what needs to be there once only", () => {
  it.each<Delta>([[3, "\n"], ["    "], [2, "\t", -4], ["a", 3, "b"]])(
    "white space, and text at several places: %j",
    (...change) => {
      expect(isOnce(change)).toBe(true);
    },
  );

  it.each<Delta>([[3, -2], [3, "x"], ["a b"], [4, "one\ntwo\n", -3]])("not %j", (...change) => {
    expect(isOnce(change)).toBe(false);
  });
});
