// Messages of a person: sent at once where it can be, else when the server is back, in order.
import { mayRetry } from "./codes.ts";
import type { Environment } from "./environment.ts";
import { NotConnected, RequestRefused, RequestUnsettled } from "./errors.ts";
import { ANSWER_SECONDS, UNSENT_RETRY_SECONDS } from "./generated/codes.ts";
import type { Ack } from "./generated/protocol.ts";
import {
  entryOf,
  type PendingItem,
  PendingQueue,
  type PendingRefusal,
  type Typed,
} from "./pending.ts";
import type { KeptEntry, PendingStore } from "./stores.ts";

type Unnumbered<Message> = Message extends Typed
  ? Omit<Message, "session_id" | "request_id">
  : never;

/** A message of a person, without what the client adds. */
export type Draft = Unnumbered<Typed>;

/** The choices of who sends a message. */
export interface Sending {
  /** Whether a refused message stays among the unsent ones, with its reason; else it is thrown. */
  readonly keepsRefused?: boolean;
}

interface Answer {
  readonly keepsRefused: boolean;
  readonly resolve: (seq: number | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** The unsent messages of a session; `Client.unsent`. */
export class Unsent {
  readonly #sessionId: string;
  readonly #environment: Environment;
  readonly #store: PendingStore;
  readonly #request: (message: Typed) => Promise<Ack>;
  readonly #onChange: () => void;
  readonly #queue = new PendingQueue();
  readonly #answers = new Map<string, Answer>();
  readonly #kept = new Map<string, string>();
  readonly #orders = new Map<string, number>();
  #lastOrder = 0;
  #saving: Promise<void> = Promise.resolve();
  #loading: Promise<void> | undefined;
  #userId = "";
  #isReachable = false;
  #isSending = false;
  #problem: string | undefined;
  #delay: { readonly requestId: string; readonly text: string } | undefined;

  /** `request` sends a message and waits for its effect; `onChange` is called when items change. */
  constructor(
    sessionId: string,
    environment: Environment,
    store: PendingStore,
    request: (message: Typed) => Promise<Ack>,
    onChange: () => void,
  ) {
    this.#sessionId = sessionId;
    this.#environment = environment;
    this.#store = store;
    this.#request = request;
    this.#onChange = onChange;
  }

  /** The messages that wait or were refused, but for those that somebody waits for; oldest first. */
  get items(): readonly PendingItem[] {
    return this.#queue.items.filter(({ requestId }) => !this.#answers.has(requestId));
  }

  /** The reason why nothing outlives the page, if there is one. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The reason why the server takes a message only later, if it said one. */
  delayOf(requestId: string): string | undefined {
    return this.#delay?.requestId === requestId ? this.#delay.text : undefined;
  }

  /** Take over what was kept; called before the first join. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /**
   * Send a message; the number of its effect, or undefined if it has to wait.
   *
   * What waits is sent as soon as the server is back, once and in order, also after a reload.
   *
   * @throws RequestRefused if the server said no; the message is not kept, unless `keepsRefused`.
   * @throws TooManyRequests if too many wait already.
   */
  async submit(draft: Draft, { keepsRefused = false }: Sending = {}): Promise<number | undefined> {
    await this.load();
    const requestId = this.#environment.newId();
    this.#queue.add(this.#numbered(draft, requestId), this.#now());
    await this.#save();
    if (!this.#isReachable) {
      this.#onChange();
      return undefined;
    }
    const answer = this.#answerOf(requestId, keepsRefused);
    this.#sendAll();
    try {
      return await answer;
    } finally {
      this.#answers.delete(requestId);
      if (this.#queue.get(requestId) !== undefined) {
        this.#onChange();
      }
    }
  }

  /**
   * Send a refused message again, or a waiting one with another text.
   *
   * @throws TooManyRequests if the new text has no room.
   */
  async resend(requestId: string, draft: Draft): Promise<void> {
    // One that was never sent keeps its id, and so its place where it is shown.
    const isKept = this.#queue.get(requestId)?.refusal === undefined;
    const id = isKept ? requestId : this.#environment.newId();
    this.#queue.resend(requestId, this.#numbered(draft, id), this.#now());
    await this.#changed();
    this.#sendAll();
  }

  /** Forget a message; if it is on its way just now, it may still arrive. */
  async discard(requestId: string): Promise<void> {
    this.#queue.discard(requestId);
    await this.#changed();
  }

  // For the client

  /** The server is there; what waits is sent now. */
  async joined(userId: string): Promise<void> {
    await this.load();
    this.#userId = userId;
    this.#isReachable = true;
    this.#queue.comeAs(userId);
    await this.#changed();
    this.#sendAll();
  }

  /** The server is away; those who wait for an answer are told that it will take time. */
  parted(): void {
    this.#isReachable = false;
    for (const { resolve } of this.#answers.values()) {
      resolve(undefined);
    }
  }

  /** Nothing will ever be sent to this session. */
  async giveUp(refusal: PendingRefusal): Promise<void> {
    this.parted();
    await this.load();
    this.#queue.refuseAll(refusal);
    await this.#changed();
  }

  async #load(): Promise<void> {
    try {
      const entries = await this.#store.load();
      const kept = entries.filter(isKept).sort((one, two) => one.order - two.order);
      this.#queue.load(kept);
      for (const entry of kept) {
        const id = entry.message.request_id ?? "";
        this.#kept.set(id, JSON.stringify(entry));
        this.#orders.set(id, entry.order);
        this.#lastOrder = Math.max(this.#lastOrder, entry.order);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#onChange();
  }

  #answerOf(requestId: string, keepsRefused: boolean): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      this.#answers.set(requestId, { keepsRefused, resolve, reject });
      this.#environment.later(ANSWER_SECONDS, () => resolve(undefined));
    });
  }

  /** One message at a time: the next one goes when this one had its effect. */
  #sendAll(): void {
    if (this.#isSending) {
      return;
    }
    this.#isSending = true;
    const done = () => {
      this.#isSending = false;
      if (this.#head() !== undefined) {
        this.#sendAll(); // it came while the last one ended
      }
    };
    this.#sendEach().then(done, done);
  }

  async #sendEach(): Promise<void> {
    for (let item = this.#head(); item !== undefined; item = this.#head()) {
      const { requestId, message } = item;
      if (item.sentAs !== this.#userId) {
        this.#queue.markSent(requestId, this.#userId);
        // Before it goes out: a page that ends now must know that it may have arrived.
        await this.#save();
      }
      try {
        const { seq } = await this.#request(message);
        this.#queue.settle(requestId);
        await this.#changed();
        this.#answers.get(requestId)?.resolve(seq);
      } catch (error) {
        await this.#failed(requestId, error);
      }
    }
  }

  #head(): PendingItem | undefined {
    return this.#isReachable ? this.#queue.head() : undefined;
  }

  async #failed(requestId: string, error: unknown): Promise<void> {
    if (error instanceof RequestRefused && !mayRetry(error.code)) {
      await this.#refused(requestId, error);
    } else if (error instanceof RequestUnsettled || error instanceof NotConnected) {
      // The same again, with its id: it has one effect.
    } else {
      const isRefused = error instanceof RequestRefused;
      const seconds = isRefused ? error.retryAfter : undefined;
      if (isRefused) {
        this.#delay = { requestId, text: error.message };
        this.#onChange();
      }
      await new Promise<void>((resolve) => {
        this.#environment.later(seconds ?? UNSENT_RETRY_SECONDS, resolve);
      });
    }
  }

  async #refused(requestId: string, error: RequestRefused): Promise<void> {
    const answer = this.#answers.get(requestId);
    if (answer === undefined || answer.keepsRefused) {
      this.#queue.refuse(requestId, { code: error.code, text: error.message });
      answer?.resolve(undefined);
    } else {
      // The caller gets the reason, and keeps the draft.
      this.#queue.discard(requestId);
      answer.reject(error);
    }
    await this.#changed();
  }

  async #changed(): Promise<void> {
    await this.#save();
    this.#onChange();
  }

  /** Keep what has changed since it was kept last. */
  #save(): Promise<void> {
    const writes: (() => Promise<void>)[] = [];
    const items = this.#queue.items;
    for (const item of items) {
      const { requestId } = item;
      const order = this.#orders.get(requestId) ?? this.#lastOrder + 1;
      this.#lastOrder = Math.max(this.#lastOrder, order);
      this.#orders.set(requestId, order);
      const entry: KeptEntry = { ...entryOf(item), order };
      const text = JSON.stringify(entry);
      if (this.#kept.get(requestId) !== text) {
        this.#kept.set(requestId, text);
        writes.push(() => this.#store.put(requestId, entry));
      }
    }
    const there = new Set(items.map(({ requestId }) => requestId));
    for (const id of [...this.#kept.keys()].filter((key) => !there.has(key))) {
      this.#kept.delete(id);
      this.#orders.delete(id);
      writes.push(() => this.#store.remove(id));
    }
    this.#saving = this.#saving.then(async () => {
      for (const write of writes) {
        await write().catch((error: unknown) => this.#fail(error));
      }
    });
    return this.#saving;
  }

  #fail(error: unknown): void {
    const kind = error instanceof Error ? error.name : "unknown";
    this.#problem ??= `Unsent messages cannot be kept here (${kind}): they are lost when the page is closed.`;
  }

  #numbered(draft: Draft, requestId: string): Typed {
    return { ...draft, session_id: this.#sessionId, request_id: requestId };
  }

  #now(): string {
    return new Date(this.#environment.now()).toISOString();
  }
}

function isKept(entry: unknown): entry is KeptEntry {
  // `PendingQueue.load` leaves out what makes no sense beyond that.
  return (
    typeof entry === "object" &&
    entry !== null &&
    "order" in entry &&
    Number.isFinite(entry.order) &&
    "message" in entry &&
    typeof entry.message === "object" &&
    entry.message !== null
  );
}
