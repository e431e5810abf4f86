// The shared text of one opened document with its own updates, apart from any connection.
import * as Y from "yjs";
import { EditRefused } from "../errors.ts";
import {
  MAX_DOCUMENT_BYTES,
  MAX_DOCUMENT_LINES,
  MAX_UNCONFIRMED_BYTES,
} from "../generated/codes.ts";
import { isWellFormed } from "../text.ts";
import { UpdateError, utf8 } from "./bytes.ts";
import { applied, type Delta, normal } from "./delta.ts";
import { OwnInsertions, type Twin } from "./insertions.ts";
import type { KeptDocument } from "./kept.ts";
import { Outbox } from "./outbox.ts";

/** A place in a shared text that moves with it: a Yjs client, its clock and `assoc`. */
export type RelativePosition = [client: number, clock: number, assoc: number];

/** The silence that ends a step of undo. */
const UNDO_PAUSE_MS = 500;
const ROOT = "text";
/** The origin of the server's updates: every other change is the user's. */
const SERVER = Symbol("server");
/** The origin of edits by `edit`. */
const OWN = Symbol("own");
/** The origin of those that undo leaves alone. */
const AUTOMATIC = Symbol("automatic");
const START: RelativePosition = [0, 0, 0];
const END: RelativePosition = [0, 0, -1];

/** A replica of one generation. */
export class LocalText {
  readonly generation: string;
  readonly outbox: Outbox;
  readonly doc = new Y.Doc();
  readonly shared: Y.Text;
  /** Undoes own edits only. An editor's binding adds its origin to `trackedOrigins`. */
  readonly undoManager: Y.UndoManager;
  #onOwn: () => void = () => {};
  readonly #once = new OwnInsertions();
  /** Whether what is inserted now needs to be there once only. */
  #isOnce = false;
  #now: () => number;

  /**
   * Begin with the whole text as the server sends it, and own updates that it has not confirmed.
   *
   * @throws UpdateError if it is not sound.
   */
  constructor(
    generation: string,
    clientId: number,
    whole: Uint8Array,
    now: () => number,
    updates: readonly Uint8Array[] = [],
  ) {
    this.generation = generation;
    this.outbox = new Outbox(updates);
    this.#now = now;
    this.shared = this.doc.getText(ROOT);
    this.take(whole);
    for (const update of updates) {
      this.take(update);
    }
    // Only now: Yjs draws another id when a text comes with something under its own.
    this.doc.clientID = clientId;
    this.undoManager = new Y.UndoManager(this.shared, {
      captureTimeout: UNDO_PAUSE_MS,
      trackedOrigins: new Set([OWN]),
    });
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== SERVER) {
        if (this.#isOnce) {
          this.#once.add(update);
        }
        this.outbox.add(update, this.#now());
        this.#onOwn();
      }
    });
  }

  /** The text that was kept, to be written under another client id. */
  static restored(kept: KeptDocument, clientId: number, now: () => number): LocalText {
    return new LocalText(kept.generation, clientId, kept.state, now, kept.updates);
  }

  /** Called after each own change, also by an editor's binding. */
  set onOwn(onOwn: () => void) {
    this.#onOwn = onOwn;
  }

  get text(): string {
    return this.shared.toString();
  }

  /** The state vector. */
  get state(): Uint8Array {
    return Y.encodeStateVector(this.doc);
  }

  /** The update with the whole text. */
  get whole(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc);
  }

  /**
   * Take an update of others; the change.
   *
   * @throws UpdateError if it is not sound. The object is of no use then.
   */
  take(update: Uint8Array): Delta {
    let delta: Delta = [];
    const note = (event: Y.YTextEvent) => {
      delta = inOperations(event.delta);
    };
    this.shared.observe(note);
    try {
      Y.applyUpdate(this.doc, update, SERVER);
    } catch (error) {
      throw new UpdateError(`it cannot be applied (${error instanceof Error ? error.name : "?"})`);
    } finally {
      this.shared.unobserve(note);
    }
    if (this.doc.store.pendingStructs !== null) {
      throw new UpdateError("something is missing before it");
    }
    return delta;
  }

  /**
   * Delete own insertions that an update of others, which was just taken, has before them.
   *
   * Those with text beside them that was not there before stay. Of the same change at several places
   * the insertions of others that stand behind own ones are deleted, too, as the others do it: no
   * editor ever shows both.
   *
   * @returns The change, as if those of others had gone: the text is the same, and who has just been
   *     told of them sees nothing. It is empty if there were none.
   */
  takeBackTwins(update: Uint8Array): Delta {
    const twins = this.#once.alsoIn(update);
    const isSameChange = twins.filter(({ isAtEnd }) => !isAtEnd).length > 1;
    const deleted = new Map<number, number>();
    const shown = new Map<number, number>();
    const { text } = this;
    for (const twin of twins) {
      // The author of a line that only ends like the own one has made another change.
      const start = this.#secondOf(twin, text, isSameChange && !twin.isAtEnd);
      const other = this.#whole(twin.other, twin, text);
      if (start !== undefined && other !== undefined) {
        deleted.set(start, twin.text.length);
        shown.set(other, twin.text.length);
        this.#once.standsFor(start === other ? twin.own : twin.other, twin);
      }
    }
    this.#transact(deletion(deleted), AUTOMATIC);
    return deletion(shown);
  }

  /**
   * Make an own change.
   *
   * @param isOnce Whether its insertions are taken back where somebody else made them, too.
   * @throws EditRefused if the text would be too large, or too much waits for the server.
   * @throws RangeError if the change reaches beyond the text, or cuts a character in two.
   */
  edit(delta: Delta, isOnce = false): void {
    const change = normal(delta);
    checkEdit(this.text, change);
    this.#checkRoom(change);
    this.#isOnce = isOnce;
    try {
      this.#transact(change, OWN);
    } finally {
      this.#isOnce = false;
    }
  }

  /**
   * Take back the last step of own edits, or make it again; the change, undefined if there is none.
   *
   * @throws EditRefused if too much waits for the server.
   */
  step(which: "undo" | "redo"): Delta | undefined {
    this.#checkRoom([]);
    let delta: Delta | undefined;
    const note = (event: Y.YTextEvent) => {
      delta = inOperations(event.delta);
    };
    this.shared.observe(note);
    try {
      this.undoManager[which]();
    } finally {
      this.shared.unobserve(note);
    }
    return delta;
  }

  /** A place that stays before the character there (`assoc` 0), or behind the one before it (-1). */
  relative(index: number, assoc: 0 | -1): RelativePosition {
    const { item } = Y.createRelativePositionFromTypeIndex(this.shared, index, assoc);
    if (item === null) {
      return assoc === 0 ? END : START;
    }
    return [item.client, item.clock, assoc];
  }

  /** The index of such a place now; undefined if its character is not known here. */
  indexOf([client, clock, assoc]: RelativePosition): number | undefined {
    if (client === 0 && clock === 0) {
      return assoc < 0 ? this.shared.length : 0;
    }
    const place = new Y.RelativePosition(null, null, Y.createID(client, clock), assoc);
    const found = Y.createAbsolutePositionFromRelativePosition(place, this.doc);
    return found?.type === this.shared ? found.index : undefined;
  }

  /** The state to keep. */
  kept(documentId: string): KeptDocument {
    const { generation, whole: state } = this;
    return { documentId, generation, state, updates: this.outbox.updates };
  }

  /** Let go of what follows the text; the text stays. */
  close(): void {
    this.#onOwn = () => {};
    this.undoManager.destroy();
  }

  #checkRoom(change: Delta): void {
    const inserted = change.map((each) => (typeof each === "string" ? utf8(each).length : 0));
    const size = inserted.reduce((sum, length) => sum + length, this.outbox.size);
    if (size > MAX_UNCONFIRMED_BYTES) {
      const most = MAX_UNCONFIRMED_BYTES / 2 ** 20;
      throw new EditRefused(`more than ${most} MiB of edits would wait for the server`);
    }
  }

  #transact(change: Delta, origin: symbol): void {
    this.doc.transact(() => {
      let at = 0;
      for (const operation of change) {
        if (typeof operation === "string") {
          this.shared.insert(at, operation);
          at += operation.length;
        } else if (operation > 0) {
          at += operation;
        } else {
          this.shared.delete(at, -operation);
        }
      }
    }, origin);
  }

  /**
   * The index of the one of two equal insertions that is to be deleted.
   *
   * Undefined unless both are whole and have nothing beside them but more of the same.
   */
  #secondOf(twin: Twin, text: string, isSameChange: boolean): number | undefined {
    const other = this.#whole(twin.other, twin, text);
    const own = this.#whole(twin.own, twin, text);
    // An update may come again, with the one that is left.
    if (other === undefined || own === undefined || other === own) {
      return undefined;
    }
    const isOwn = other < own && twin.own[0] === this.doc.clientID;
    if (!(isOwn || isSameChange)) {
      return undefined;
    }
    const first = Math.min(other, own);
    const second = Math.max(other, own);
    const end = twin.right === undefined ? text.length : this.indexOf([...twin.right, 0]);
    if (end === undefined || (twin.isAtEnd && end !== text.length)) {
      return undefined;
    }
    const size = twin.text.length;
    const isAlone = (end - first) % size === 0 && (second - first) % size === 0;
    const run = twin.text.repeat(Math.max(0, Math.floor((end - first) / size)));
    return isAlone && text.slice(first, end) === run ? second : undefined;
  }

  /** The index at which the text of a twin is whole. */
  #whole([client, clock]: Twin["own"], twin: Twin, text: string): number | undefined {
    const start = this.indexOf([client, clock, 0]);
    const end = this.indexOf([client, clock + twin.text.length - 1, -1]);
    return start !== undefined && end !== undefined && text.slice(start, end) === twin.text
      ? start
      : undefined;
  }
}

/** The change that deletes pieces of a text, given the start and the length of each. */
function deletion(pieces: ReadonlyMap<number, number>): Delta {
  let at = 0;
  const steps = [...pieces].sort(([one], [other]) => one - other);
  return normal(
    steps.flatMap(([start, length]) => {
      const kept = start - at;
      at = start + length;
      return [kept, -length];
    }),
  );
}

function inOperations(delta: Y.YTextEvent["delta"]): Delta {
  return normal(
    delta.map((step) => {
      if (typeof step.insert === "string") {
        return step.insert;
      }
      return step.retain ?? -(step.delete ?? 0);
    }),
  );
}

function checkEdit(text: string, delta: Delta): void {
  const after = applied(text, delta);
  if (!isWellFormed(after) && isWellFormed(text)) {
    throw new RangeError("the change cuts a character in two");
  }
  if (after.length <= text.length) {
    return;
  }
  // Three bytes a code unit are the most: only a text near the limit is measured.
  if (3 * after.length > MAX_DOCUMENT_BYTES && utf8(after).length > MAX_DOCUMENT_BYTES) {
    throw new EditRefused(`a shared text can have at most ${MAX_DOCUMENT_BYTES} bytes`);
  }
  if (after.split("\n").length - Number(after.endsWith("\n")) > MAX_DOCUMENT_LINES) {
    throw new EditRefused(`a shared text can have at most ${MAX_DOCUMENT_LINES} lines`);
  }
}
