// Own updates on their way to the server: batched, sent, acknowledged, sent again. Pure.
//
//  add ──▶ batch ──flush──▶ kept, sent ──acknowledge──▶ gone
//                               │ ▲
//                          lost ▼ │ resend
//                            kept, to be sent again
import * as Y from "yjs";
import { BATCH_SECONDS, MAX_BATCHED, MAX_IN_FLIGHT, MAX_UPDATE_BYTES } from "../generated/codes.ts";
import { splitUpdate } from "./splitting.ts";

/** The own updates of one document that the server has not confirmed. */
export class Outbox {
  readonly #limit: number;
  /** Sent, or to be sent again, oldest first. */
  #kept: Uint8Array[];
  /** How many of the kept ones were sent on this channel. */
  #sent = 0;
  /** How many of this channel's updates the server has confirmed. */
  #confirmed = 0;
  #batch: Uint8Array[] = [];
  #last = Number.NEGATIVE_INFINITY;
  #due: number | undefined;

  constructor(updates: readonly Uint8Array[] = [], limit = MAX_UPDATE_BYTES) {
    this.#kept = [...updates];
    this.#limit = limit;
  }

  get length(): number {
    return this.#kept.length + Number(this.#batch.length > 0);
  }

  /** When the batch is to be sent, in seconds; undefined if nothing is before an answer. */
  get due(): number | undefined {
    return this.#sent >= MAX_IN_FLIGHT ? undefined : this.#due;
  }

  /** All that the server has not confirmed, oldest first. */
  get updates(): readonly Uint8Array[] {
    return [...this.#kept, ...this.#batch];
  }

  /** The bytes of these. */
  get size(): number {
    return this.updates.reduce((sum, update) => sum + update.length, 0);
  }

  /** Take an own update; it is due at once after silence. */
  add(update: Uint8Array, now: number): void {
    if (this.#batch.length >= MAX_BATCHED) {
      this.#batch = [Y.mergeUpdates(this.#batch)];
    }
    this.#batch.push(update);
    this.#due ??= Math.max(now, this.#last + BATCH_SECONDS);
  }

  /**
   * The updates to send now: those of the batch as one, or in parts if that is too large. The last
   * ones, after which nothing is sent, wait for no answer.
   */
  flush(now: number, isLast = false): readonly Uint8Array[] {
    if (this.#sent < this.#kept.length) {
      return []; // what was lost is sent again first
    }
    if (this.#sent >= MAX_IN_FLIGHT && !isLast) {
      return [];
    }
    const parts = this.#closeBatch(now);
    this.#sent = this.#kept.length;
    return parts;
  }

  /** The first `count` updates of this channel are on disk; whether that is new. */
  acknowledge(count: number): boolean {
    const confirmed = Math.min(count - this.#confirmed, this.#sent);
    if (confirmed <= 0) {
      return false;
    }
    this.#kept.splice(0, confirmed);
    this.#sent -= confirmed;
    this.#confirmed += confirmed;
    return true;
  }

  /** The channel is gone: what it did not confirm may have arrived or not. */
  lose(): void {
    this.#sent = 0;
    this.#confirmed = 0;
  }

  /** The updates to send on a new channel: all that are not confirmed, in their order. */
  resend(now: number): readonly Uint8Array[] {
    this.#closeBatch(now);
    this.#sent = this.#kept.length;
    this.#confirmed = 0;
    return [...this.#kept];
  }

  #closeBatch(now: number): readonly Uint8Array[] {
    if (this.#batch.length === 0) {
      return [];
    }
    const parts = splitUpdate(Y.mergeUpdates(this.#batch), this.#limit);
    this.#kept.push(...parts);
    this.#batch = [];
    this.#due = undefined;
    this.#last = now;
    return parts;
  }
}
