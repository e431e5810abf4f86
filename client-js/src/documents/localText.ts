// The shared text of one opened document with its own updates, apart from any connection.
import * as Y from "yjs";
import { EditRefused } from "../errors.ts";
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES } from "../generated/codes.ts";
import { isWellFormed } from "../text.ts";
import { UpdateError, utf8 } from "./bytes.ts";
import { applied, type Delta, normal } from "./delta.ts";
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
   * Make an own change.
   *
   * @throws EditRefused if the text would be too large.
   * @throws RangeError if the change reaches beyond the text, or cuts a character in two.
   */
  edit(delta: Delta): void {
    const change = normal(delta);
    checkEdit(this.text, change);
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
    }, OWN);
  }

  /** Take back the last step of own edits, or make it again; the change, undefined if there is none. */
  step(which: "undo" | "redo"): Delta | undefined {
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
