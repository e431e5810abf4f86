// Unsent messages outlive the page, in each kind of store.
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { indexedDbStore, type KeptEntry, storageStore } from "../src/stores.ts";

function entry(order: number): KeptEntry {
  const message = {
    type: "chat_message" as const,
    session_id: "s",
    request_id: `r${order}`,
    content: "é",
  };
  return { message, since: "2026-01-01T00:00:00.000Z", sent_as: null, refusal: null, order };
}

class MemoryStorage implements Storage {
  readonly #entries = new Map<string, string>();

  get length(): number {
    return this.#entries.size;
  }
  clear(): void {
    this.#entries.clear();
  }
  getItem(key: string): string | null {
    return this.#entries.get(key) ?? null;
  }
  key(index: number): string | null {
    return [...this.#entries.keys()][index] ?? null;
  }
  removeItem(key: string): void {
    this.#entries.delete(key);
  }
  setItem(key: string, value: string): void {
    this.#entries.set(key, value);
  }
}

beforeAll(() => {
  vi.stubGlobal("IDBKeyRange", IDBKeyRange);
});

const storage = new MemoryStorage();
const factory = new IDBFactory();

describe.each([
  ["a Storage", (name: string) => storageStore(storage, name)],
  ["IndexedDB", (name: string) => indexedDbStore(name, factory)],
])("in %s", (_, open) => {
  it("entries are there again, until they are removed", async () => {
    const store = open("one");
    expect(await store.load()).toEqual([]);
    await store.put("r1", entry(1));
    await store.put("r2", entry(2));
    await store.put("r1", { ...entry(1), sent_as: "alice" });
    const again = await open("one").load();
    expect(again).toHaveLength(2);
    expect(again).toContainEqual({ ...entry(1), sent_as: "alice" });
    await store.remove("r1");
    expect(await open("one").load()).toEqual([entry(2)]);
  });

  it("sessions are apart, also where one name begins like another", async () => {
    await open("two").put("r1", entry(1));
    await open("two/more").put("r2", entry(2));
    expect(await open("two").load()).toEqual([entry(1)]);
    expect(await open("two2").load()).toEqual([]);
    expect(await open("two/more").load()).toEqual([entry(2)]);
  });
});

it("a Storage forgets one session alone", async () => {
  const store = storageStore(storage, "four");
  await store.put("r1", entry(1));
  await storageStore(storage, "four/more").put("r2", entry(2));
  await store.clear();
  expect(await store.load()).toEqual([]);
  expect(await storageStore(storage, "four/more").load()).toHaveLength(1);
});

it("what others wrote into a Storage does no harm", async () => {
  storage.setItem("peerline/pending/three/r1", "no JSON");
  storage.setItem("unrelated", "x");
  expect(await storageStore(storage, "three").load()).toEqual([undefined]);
});
