import { describe, expect, it } from "vitest";
import type { Memento } from "vscode";
import { MAX_MARKS, ReadMarks } from "../../src/chat/readMarks";

class Memory implements Memento {
  stored: unknown;
  keys(): readonly string[] {
    return [];
  }
  get(): never {
    return this.stored as never;
  }
  update(_key: string, value: unknown): Thenable<void> {
    this.stored = value;
    return Promise.resolve();
  }
}

describe("ReadMarks", () => {
  it("remembers how far each session was read, also in the next window", () => {
    const memory = new Memory();
    const marks = new ReadMarks(memory);
    marks.set("a", 3);
    marks.set("b", 7);
    const next = new ReadMarks(memory);
    expect([next.get("a"), next.get("b"), next.get("c"), next.get(undefined)]).toEqual([
      3, 7, 0, 0,
    ]);
  });

  it("never goes back", () => {
    const marks = new ReadMarks(new Memory());
    marks.set("a", 3);
    marks.set("a", 2);
    expect(marks.get("a")).toBe(3);
  });

  it("counts messages before the first visit as read, and none after it", () => {
    const marks = new ReadMarks(new Memory());
    marks.begin("a", 5);
    marks.begin("a", 9);
    marks.begin(undefined, 9);
    expect(marks.get("a")).toBe(5);
  });

  it("forgets the session that was read longest ago", () => {
    const memory = new Memory();
    const marks = new ReadMarks(memory);
    for (let session = 0; session < MAX_MARKS; session += 1) {
      marks.set(`s${session}`, 1);
    }
    marks.set("s0", 2);
    marks.set("new", 1);
    expect([marks.get("s0"), marks.get("s1"), marks.get("s2")]).toEqual([2, 0, 1]);
    expect(memory.stored).toHaveLength(MAX_MARKS);
  });

  it.each([[7], [{ a: 1 }], [[["a", "b"], 7, ["c"]]]])("starts from scratch with %j", (stored) => {
    const memory = new Memory();
    memory.stored = stored;
    expect(new ReadMarks(memory).get("a")).toBe(0);
  });
});
