// Unsent messages: sent in order, each once, or refused with a reason. Pure.
//
//  add ──▶ waiting ──markSent──▶ sent, its fate unknown ──settle──▶ gone: it had its effect
//             ▲                        │ refuse
//             └───────resend──────── refused: kept with its reason until it is sent again
//                                                 or discarded
//
// Nothing expires: their number and size are limited, not their age. A request keeps its
// `request_id` however often it is sent, so that it has one effect. It has this for one user only: a
// client that comes back as another user does not send it again.
import { TooManyRequests } from "./errors.ts";
import { MAX_WAITING, MAX_WAITING_BYTES } from "./generated/codes.ts";
import type { ClientMessage } from "./generated/protocol.ts";

const KINDS = [
  "chat_message",
  "add_comment",
  "reply_comment",
  "resolve_comment",
  "edit_message",
  "delete_message",
  "react",
] as const;

/** The messages of a person, who expects them to arrive sooner or later. */
export type Typed = Extract<ClientMessage, { type: (typeof KINDS)[number] }>;

/** The reason why a request did not have its effect. */
export interface PendingRefusal {
  readonly code: string;
  readonly text: string;
}

/** One request that has not had its effect, as far as is known here. */
export interface PendingItem {
  /** Its id, the same each time that it is sent. */
  readonly requestId: string;
  readonly message: Typed;
  /** RFC 3339. */
  readonly since: string;
  /** The user as which it was sent, and may have arrived. */
  readonly sentAs?: string;
  readonly refusal?: PendingRefusal;
}

/** An item as it is kept, which `load` reads. */
export interface PendingEntry {
  readonly message: Typed;
  readonly since: string;
  readonly sent_as: string | null;
  readonly refusal: PendingRefusal | null;
}

/** The requests of one user in one session, oldest first. */
export class PendingQueue {
  readonly #limit: number;
  readonly #limitBytes: number;
  #items = new Map<string, PendingItem>();
  #bytes = 0;

  constructor(limit = MAX_WAITING, limitBytes = MAX_WAITING_BYTES) {
    this.#limit = limit;
    this.#limitBytes = limitBytes;
  }

  /** All, waiting and refused, oldest first. */
  get items(): readonly PendingItem[] {
    return [...this.#items.values()];
  }

  get(requestId: string): PendingItem | undefined {
    return this.#items.get(requestId);
  }

  /** The one to send next; the others wait for it, so that the order stays. */
  head(): PendingItem | undefined {
    return this.items.find((item) => item.refusal === undefined);
  }

  /**
   * Take over a request, which must have a `request_id` of its own.
   *
   * @throws TooManyRequests if it is full; nothing was changed.
   */
  add(message: Typed, since: string): PendingItem {
    const requestId = message.request_id;
    if (requestId === undefined || this.#items.has(requestId)) {
      throw new TypeError("a request that waits has an id of its own");
    }
    const item = { requestId, message, since };
    if (this.#items.size >= this.#limit || this.#bytes + sizeOf(item) > this.#limitBytes) {
      const count = this.#items.size;
      throw new TooManyRequests(
        `${count} messages have not been sent yet, and there is no room for more`,
      );
    }
    this.#put(item);
    return item;
  }

  /** It goes out now; from here on it may have arrived. */
  markSent(requestId: string, userId: string): void {
    this.#change(requestId, (item) => ({ ...item, sentAs: userId }));
  }

  /** It had its effect. */
  settle(requestId: string): void {
    this.discard(requestId);
  }

  /** It had no effect and will have none. */
  refuse(requestId: string, refusal: PendingRefusal): void {
    this.#change(requestId, (item) => ({ ...item, refusal }));
  }

  /** None of those that wait will ever be sent; some may have arrived before. */
  refuseAll({ code, text }: PendingRefusal): void {
    for (const item of this.items.filter(({ refusal }) => refusal === undefined)) {
      const maybe = item.sentAs === undefined ? "" : "; it was sent before, and may have arrived";
      this.refuse(item.requestId, { code, text: `${text}${maybe}` });
    }
  }

  /** The user is known now: what may have arrived from somebody else is not sent again. */
  comeAs(userId: string): void {
    for (const { requestId, refusal, sentAs } of this.items) {
      if (refusal === undefined && sentAs !== undefined && sentAs !== userId) {
        const text = "it may have arrived before the name or the account changed";
        this.refuse(requestId, { code: "MAYBE_SENT", text });
      }
    }
  }

  /**
   * Let a refused request wait at the end, or a changed one that waits in its place.
   *
   * @throws TooManyRequests if the new text has no room; the old one is still there.
   */
  resend(requestId: string, message: Typed, now: string): PendingItem {
    const before = this.#items.get(requestId);
    if (before === undefined || (before.refusal === undefined && before.sentAs !== undefined)) {
      throw new TypeError("the request is not there, or may have arrived");
    }
    const order = [...this.#items.keys()];
    this.discard(requestId);
    let item: PendingItem;
    try {
      item = this.add(message, before.refusal === undefined ? before.since : now);
    } catch (error) {
      this.#put(before);
      this.#arrange(order);
      throw error;
    }
    if (before.refusal === undefined) {
      this.#arrange(order.map((id) => (id === requestId ? item.requestId : id)));
    }
    return item;
  }

  /** Forget it; the item as it was. */
  discard(requestId: string): PendingItem | undefined {
    const item = this.#items.get(requestId);
    if (item !== undefined) {
      this.#items.delete(requestId);
      this.#bytes -= sizeOf(item);
    }
    return item;
  }

  /** All as JSON, for `load`. */
  dump(): PendingEntry[] {
    return this.items.map(entryOf);
  }

  /**
   * Take over what was kept, behind what is there, even beyond the limits.
   *
   * @returns how many entries made no sense, and were left out.
   */
  load(entries: readonly unknown[]): number {
    let wrong = 0;
    for (const entry of entries) {
      const item = itemOf(entry);
      if (item === undefined) {
        wrong += 1;
      } else if (!this.#items.has(item.requestId)) {
        this.#put(item);
      }
    }
    return wrong;
  }

  #change(requestId: string, change: (item: PendingItem) => PendingItem): void {
    const item = this.#items.get(requestId);
    if (item !== undefined) {
      this.#items.set(requestId, change(item));
    }
  }

  #arrange(order: readonly string[]): void {
    const known = order.flatMap((id) => this.#items.get(id) ?? []);
    this.#items = new Map(known.map((item) => [item.requestId, item]));
  }

  #put(item: PendingItem): void {
    this.#items.set(item.requestId, item);
    this.#bytes += sizeOf(item);
  }
}

/** An item as it is kept. */
export function entryOf(item: PendingItem): PendingEntry {
  const { message, since, sentAs, refusal } = item;
  return { message, since, sent_as: sentAs ?? null, refusal: refusal ?? null };
}

function itemOf(entry: unknown): PendingItem | undefined {
  if (!isObject(entry) || !isTyped(entry.message)) {
    return undefined;
  }
  const { message, since, sent_as: sentAs, refusal } = entry;
  const requestId = message.request_id;
  if (requestId === undefined || typeof since !== "string" || !isMoment(since)) {
    return undefined;
  }
  return {
    requestId,
    message,
    since,
    ...(typeof sentAs === "string" ? { sentAs } : {}),
    ...(isObject(refusal)
      ? { refusal: { code: String(refusal.code), text: String(refusal.text) } }
      : {}),
  };
}

function isTyped(message: unknown): message is Typed {
  return (
    isObject(message) &&
    KINDS.some((kind) => kind === message.type) &&
    typeof message.session_id === "string" &&
    typeof message.request_id === "string" &&
    /^[A-Za-z0-9._:-]{1,64}$/.test(message.request_id)
  );
}

function isMoment(text: string): boolean {
  return /(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sizeOf(item: PendingItem): number {
  return new TextEncoder().encode(JSON.stringify(item.message)).length;
}
