// The places for unsent messages: in memory, in a Storage of the browser, or in IndexedDB.
import type { PendingEntry } from "./pending.ts";

/** An unsent message as it is kept, with its place among the others. */
export interface KeptEntry extends PendingEntry {
  readonly order: number;
}

/** A place for the unsent messages of one session. Every method may reject; then nothing is kept. */
export interface PendingStore {
  /** Everything that is there, in any order; others may have written it. */
  load(): Promise<readonly unknown[]>;
  /** Keep an entry under its id, instead of the one before. */
  put(id: string, entry: KeptEntry): Promise<void>;
  remove(id: string): Promise<void>;
}

/** A place that can be cleared, as when its user leaves. */
export interface ClearableStore extends PendingStore {
  /** Forget everything of the session. */
  clear(): Promise<void>;
}

/** Nothing outlives the page. */
export function memoryStore(): PendingStore {
  return {
    load: async () => [],
    put: async () => {},
    remove: async () => {},
  };
}

/**
 * A `Storage`, such as `sessionStorage`: what is unsent survives a reload of this tab.
 *
 * `name` tells apart sessions, such as `pageUrl(link)` without the invite.
 */
export function storageStore(storage: Storage, name: string): ClearableStore {
  const start = keyOf(name, "");
  const keys = () =>
    Array.from({ length: storage.length }, (_, place) => storage.key(place) ?? "").filter((key) =>
      key.startsWith(start),
    );
  return {
    async load() {
      return keys().map((key) => parse(storage.getItem(key)));
    },
    async clear() {
      for (const key of keys()) {
        storage.removeItem(key);
      }
    },
    async put(id, entry) {
      storage.setItem(keyOf(name, id), JSON.stringify(entry));
    },
    async remove(id) {
      storage.removeItem(keyOf(name, id));
    },
  };
}

const STORE = "pending";

/**
 * IndexedDB: what is unsent survives the end of the browser. Tabs of one user may share it: a message
 * that two of them send has one effect.
 *
 * `name` tells apart sessions and users.
 */
export function indexedDbStore(name: string, factory: IDBFactory = indexedDB): PendingStore {
  let opening: Promise<IDBDatabase> | undefined;
  async function act<T>(
    mode: IDBTransactionMode,
    request: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    opening ??= openDatabase(factory);
    const database = await opening;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const asked = request(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error ?? new Error("it was aborted"));
    });
  }
  return {
    load: () =>
      act("readonly", (store) =>
        store.getAll(IDBKeyRange.bound(keyOf(name, ""), keyOf(name, "\uffff"))),
      ),
    put: async (id, entry) => {
      await act("readwrite", (store) => store.put(entry, keyOf(name, id)));
    },
    remove: async (id) => {
      await act("readwrite", (store) => store.delete(keyOf(name, id)));
    },
  };
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open("peerline", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => {
      // Another tab may want a newer version of it.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error("it cannot be opened"));
  });
}

function keyOf(name: string, id: string): string {
  return `peerline/pending/${encodeURIComponent(name)}/${id}`;
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}
