// Between the components and the host: holds the state, sends acts, matches answers to requests.
import { TYPING_REPORT_SECONDS } from "./generated/limits";
import type { PanelHost } from "./host";
import type { FromPanel, PanelAnswer, Returned, ToPanel } from "./messages";
import { type Act, INITIAL, type PanelState, reduce } from "./model/state";

type Request = Extract<FromPanel, { request: string }>;
type Unnumbered<Message> = Message extends Request ? Omit<Message, "request"> : never;

/** The text that was not sent yet: it survives when the panel is hidden. */
export interface Draft {
  text: string;
  replyTo?: string;
}

/** A message of mine that is being changed. */
export interface Editing {
  id: string;
  text: string;
  /** It was not sent yet when the change began. */
  isUnsent?: boolean;
}

/** The message at the upper edge, and how far it extends above it, in pixels. */
export interface Scroll {
  id: string;
  offset: number;
}

interface Saved {
  session?: string;
  draft: Draft;
  editing?: Editing;
  /** Absent at the lower end. */
  scroll?: Scroll;
  open: Record<string, boolean>;
  /** The prompts that were not sent yet, by the agent's id. */
  prompts: Record<string, string>;
}

/** One panel on one host. */
export class Controller {
  readonly #host: PanelHost;
  readonly #now: () => number;
  readonly #waiting = new Map<string, (answer: PanelAnswer) => void>();
  readonly #listeners = new Set<() => void>();
  #saved: Saved;
  #lastRequest = 0;
  #lastTyping = Number.NEGATIVE_INFINITY;
  #state: PanelState = INITIAL;
  /** Called when the host brings text for the composer, or wants it to have the focus. */
  onCompose: (text: string) => void = () => {};
  /** Called when the draft has changed by something else than the composer. */
  onDraft: () => void = () => {};

  constructor(host: PanelHost, now: () => number = Date.now) {
    this.#host = host;
    this.#now = now;
    this.#saved = asSaved(host.load());
    host.listen((message) => this.#hear(message));
  }

  get state(): PanelState {
    return this.#state;
  }

  get draft(): Draft {
    return this.#saved.draft;
  }

  get editing(): Editing | undefined {
    return this.#saved.editing;
  }

  get scroll(): Scroll | undefined {
    return this.#saved.scroll;
  }

  /** Begin: the host answers with a snapshot. */
  start(): void {
    this.#host.post({ type: "ready" });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  act(act: Act): void {
    this.#take(act);
  }

  post(message: Exclude<FromPanel, Request>): void {
    if (message.type === "send") {
      // A sent message ends typing: the next key starts it again.
      this.#lastTyping = Number.NEGATIVE_INFINITY;
    }
    this.#host.post(message);
  }

  /** Ask the host for something that may be refused; the reason if it was. */
  async request(message: Unnumbered<Request>): Promise<string | undefined> {
    return (await this.ask(message)).refusal;
  }

  /** Ask the host for something that may be refused; its whole answer. */
  ask(message: Unnumbered<Request>): Promise<PanelAnswer> {
    this.#lastRequest += 1;
    const request = `r${this.#lastRequest}`;
    return new Promise((resolve) => {
      this.#waiting.set(request, resolve);
      this.#host.post({ ...message, request } as Request);
    });
  }

  loadHistory(): void {
    const { hasMore, history, connection } = this.#state;
    // Without a session nobody has them; they come when it is joined again.
    if (hasMore && !history.isLoading && connection.state !== "offline") {
      this.#take({ type: "loading" });
      this.#host.post({ type: "history" });
    }
  }

  /** Let the others see that something is being written, but not with every key. */
  typing(): void {
    const now = this.#now();
    if (now - this.#lastTyping >= TYPING_REPORT_SECONDS * 1000) {
      this.#lastTyping = now;
      this.#host.post({ type: "typing" });
    }
  }

  keepDraft(draft: Draft): void {
    this.#save({ draft });
  }

  keepEditing(editing: Editing | undefined): void {
    this.#save({ editing });
  }

  keepScroll(scroll: Scroll | undefined): void {
    if (scroll?.id !== this.#saved.scroll?.id || scroll?.offset !== this.#saved.scroll?.offset) {
      this.#save({ scroll });
    }
  }

  /** Whether a part that can be folded is open. */
  isOpen(part: string, byDefault: boolean): boolean {
    return this.#saved.open[part] ?? byDefault;
  }

  keepOpen(part: string, isOpen: boolean): void {
    this.#save({ open: { ...this.#saved.open, [part]: isOpen } });
  }

  /** The prompt for an agent that was not sent yet. */
  prompt(agentId: string): string {
    return this.#saved.prompts[agentId] ?? "";
  }

  keepPrompt(agentId: string, text: string): void {
    const { [agentId]: _, ...others } = this.#saved.prompts;
    this.#save({ prompts: text === "" ? others : { ...others, [agentId]: text } });
  }

  #save(change: Partial<Saved>): void {
    this.#saved = { ...this.#saved, ...change };
    this.#host.save(this.#saved);
  }

  #hear(message: ToPanel): void {
    switch (message.type) {
      case "answer": {
        const done = this.#waiting.get(message.request);
        this.#waiting.delete(message.request);
        done?.(message);
        break;
      }
      case "compose":
        this.onCompose(message.text);
        break;
      case "focus":
        this.onCompose("");
        break;
      case "returned":
        this.#takeBack(message.returned);
        break;
      default:
        this.#take(message);
    }
  }

  /** Put what was not sent before what was written since: no text is lost. */
  #takeBack(returned: Returned): void {
    const { content, parentId } = returned;
    const { text, replyTo } = this.#saved.draft;
    const answered = text === "" ? parentId : (replyTo ?? parentId);
    this.keepDraft({
      text: text === "" ? content : `${content}\n${text}`,
      ...(answered === undefined ? {} : { replyTo: answered }),
    });
    this.onDraft();
    this.#take({ type: "returned", returned });
  }

  /** A waiting message was sent while its text was being changed: the change becomes a draft. */
  #keepChange(): void {
    const { editing } = this.#saved;
    const { connection, messages } = this.#state;
    const isSent = connection.state === "joined" && messages.every(({ id }) => id !== editing?.id);
    if (editing?.isUnsent && isSent) {
      this.keepEditing(undefined);
      const refusal = "the message had already been sent. This is your edited text.";
      this.#takeBack({ content: editing.text, refusal });
    }
  }

  #take(message: ToPanel | Act): void {
    const before = this.#state;
    this.#state = reduce(before, message);
    if (this.#state === before) {
      return;
    }
    const { readSeq, connection } = this.#state;
    if (readSeq > before.readSeq && message.type !== "snapshot" && message.type !== "read") {
      this.#host.post({ type: "read", seq: readSeq });
    } else if (message.type === "snapshot" && readSeq > message.snapshot.readSeq) {
      this.#host.post({ type: "read", seq: readSeq });
    }
    const session = connection.session_id;
    if (session !== undefined && session !== this.#saved.session) {
      // An answer to a message of another session would go nowhere.
      const draft = { text: this.#saved.draft.text };
      const isFirst = this.#saved.session === undefined;
      this.#save(isFirst ? { session } : { session, draft, editing: undefined, scroll: undefined });
    }
    for (const listener of this.#listeners) {
      listener();
    }
    this.#keepChange();
  }
}

function asSaved(value: unknown): Saved {
  const saved: Saved = { draft: { text: "" }, open: {}, prompts: {} };
  if (typeof value !== "object" || value === null) {
    return saved;
  }
  const { session, draft, editing, scroll, open, prompts } = value as Partial<
    Record<keyof Saved, unknown>
  >;
  if (typeof session === "string") {
    saved.session = session;
  }
  if (typeof draft === "object" && draft !== null) {
    const { text, replyTo } = draft as Partial<Record<keyof Draft, unknown>>;
    saved.draft = {
      text: typeof text === "string" ? text : "",
      ...(typeof replyTo === "string" ? { replyTo } : {}),
    };
  }
  if (typeof editing === "object" && editing !== null) {
    const { id, text, isUnsent } = editing as Partial<Record<keyof Editing, unknown>>;
    if (typeof id === "string" && typeof text === "string") {
      saved.editing = { id, text, ...(isUnsent === true ? { isUnsent } : {}) };
    }
  }
  if (typeof scroll === "object" && scroll !== null) {
    const { id, offset } = scroll as Partial<Record<keyof Scroll, unknown>>;
    if (typeof id === "string" && typeof offset === "number") {
      saved.scroll = { id, offset };
    }
  }
  saved.open = entriesOf(open, (found) => typeof found === "boolean");
  saved.prompts = entriesOf(prompts, (found) => typeof found === "string");
  return saved;
}

/** The entries of an object that are of one kind. */
function entriesOf<T>(value: unknown, isOne: (found: unknown) => found is T): Record<string, T> {
  const all = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(all.filter((entry): entry is [string, T] => isOne(entry[1])));
}
