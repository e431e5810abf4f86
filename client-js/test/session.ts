// A session for tests: it makes events and snapshots by rules of its own, not those of the replica.
import fc from "fast-check";
import type {
  ChatMessage,
  Comment,
  Connected,
  Participant,
  Role,
  ServerMessage,
  SharedDocument,
} from "../src/generated/protocol.ts";

export const SESSION = "session1";
const PEOPLE = ["alice", "bob", "carol"];
const ROLES: Role[] = ["host", "editor", "viewer"];
export const KEPT = 3;

/** One act of somebody: its kind, a person, and a number that picks what it is about. */
export type Act = readonly [kind: (typeof KINDS)[number], person: number, pick: number];

const KINDS = [
  "join",
  "leave",
  "role",
  "rename",
  "chat",
  "comment",
  "reply",
  "resolve",
  "reopen",
  "edit",
  "delete",
  "react",
  "unreact",
  "share",
  "renew",
  "unshare",
  "update",
] as const;

export const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.tuple(fc.constantFrom(...KINDS), fc.nat(PEOPLE.length - 1), fc.nat(5)),
  { maxLength: 60 },
);

/** Everything that happened in a session, with a snapshot after each event. */
export class Session {
  readonly events: ServerMessage[] = [];
  readonly snapshots: Connected[] = [];
  readonly #here: Participant[] = [];
  readonly #chat: ChatMessage[] = [];
  readonly #threads: Comment[] = [];
  readonly #documents: SharedDocument[] = [];
  #tokens = 0;
  /** The texts of `say`, in order. */
  readonly told: string[] = [];

  constructor(plan: readonly Act[] = []) {
    this.snapshots.push(this.snapshot());
    for (const act of plan) {
      this.take(act);
    }
  }

  get seq(): number {
    return this.events.length;
  }

  /** The answer to a join: the whole session, or the sign that it goes on. */
  snapshot(resumed = false): Connected {
    const whole = structuredClone({
      participants: this.#here,
      comments: this.#threads.filter((thread) => !thread.resolved),
      messages: this.#chat.slice(-KEPT),
      documents: this.#documents,
    });
    return {
      type: "connected",
      session_id: SESSION,
      user: { id: "me", username: "me", role: "editor" },
      role: "editor",
      connection_id: "c",
      session: { id: SESSION, title: "T", created_at: at(0), token_count: this.#tokens },
      ...(resumed ? {} : whole),
      seq: this.seq,
      epoch: "e",
      resumed,
      limits: {
        max_message_bytes: 65_536,
        max_content_chars: 8000,
        messages_per_minute: 100,
        presence_interval_ms: 50,
        snapshot_messages: KEPT,
        heartbeat_seconds: 20,
      },
    };
  }

  /** Carry out an act, if it can be done. */
  take(act: Act): void {
    const event = this.#event(act);
    if (event !== undefined) {
      this.#happened(event);
    }
  }

  /** Somebody says something; the number of the event. */
  say(userId: string, content: string): number {
    const message = this.#item(userId, content);
    this.told.push(content);
    this.#chat.push({ ...message, seq: this.seq + 1 });
    this.#happened({ type: "chat_message", message });
    return this.seq;
  }

  /** A text is shared. */
  shared(id: string, file = "a"): void {
    const about = { file, generation: "g0", shared_by: "bob", hash: hash(0), lines: 0 };
    this.#documents.push({ id, ...about });
    this.#happened({ type: "document_shared", document: { id, ...about }, username: "bob" });
  }

  #happened(event: Record<string, unknown>): void {
    const numbered = { session_id: SESSION, timestamp: this.#now(), ...event, seq: this.seq + 1 };
    this.events.push(structuredClone(numbered) as unknown as ServerMessage);
    this.snapshots.push(this.snapshot());
  }

  #event([kind, who, pick]: Act): Record<string, unknown> | undefined {
    const id = PEOPLE[who] ?? "alice";
    const person = this.#here.find((one) => one.id === id);
    const user = { user_id: id, username: id };
    const timestamp = this.#now();
    if (kind === "join") {
      const role = ROLES[pick % 2] ?? "editor";
      const presence = person?.presence ?? { status: "active" };
      remove(this.#here, person);
      const named = { id, username: person?.username ?? id, role };
      this.#here.push({ ...named, joined_at: timestamp, presence });
      return { type: "user_joined", user: named };
    }
    if (person === undefined) {
      return undefined;
    }
    const thread = pickOf(this.#threads, pick);
    const document = pickOf(this.#documents, pick);
    switch (kind) {
      case "leave":
        remove(this.#here, person);
        return { type: "user_left", ...user };
      case "role":
        person.role = ROLES[pick % 3] ?? "viewer";
        return { type: "role_changed", ...user, role: person.role, changed_by: "alice" };
      case "rename":
        person.username = `${id}${pick}`;
        return { type: "name_changed", ...user, name: person.username };
      case "chat": {
        const message = this.#item(id, `text ${pick}`);
        this.#chat.push({ ...message, seq: this.seq + 1 });
        return { type: "chat_message", message };
      }
      case "comment": {
        const comment = { ...this.#item(id, "why?"), file: "a", line: pick + 1, replies: [] };
        this.#threads.push({ ...comment, resolved: false });
        return { type: "code_comment", comment };
      }
      case "share": {
        const shared = { file: `f${pick}`, generation: "g0", shared_by: id, hash: hash(0) };
        const made = { id: `d${this.seq}`, ...shared, lines: pick };
        this.#documents.push(made);
        return { type: "document_shared", document: { ...made }, username: id };
      }
      case "renew":
        if (document === undefined) {
          return undefined;
        }
        Object.assign(document, { generation: `g${this.seq}`, hash: hash(1), lines: 7 });
        return {
          type: "document_renewed",
          document_id: document.id,
          generation: document.generation,
          old_generation: "g0",
          hash: document.hash,
          lines: 7,
        };
      case "unshare":
        remove(this.#documents, document);
        return (
          document && { type: "document_unshared", ...user, document_id: document.id, file: "a" }
        );
      case "update":
        this.#tokens = pick;
        return { type: "session_update", changes: { token_count: pick }, updated_by: id };
      case "reply": {
        const reply = this.#item(id, "so");
        thread?.replies?.push({ ...reply });
        return thread && { type: "comment_reply", comment_id: thread.id, reply };
      }
      case "resolve":
      case "reopen":
        return thread && this.#resolve(thread, kind === "resolve", user);
      default:
        return this.#changeItem(kind, id, pick);
    }
  }

  #resolve(thread: Comment, resolved: boolean, user: { user_id: string; username: string }) {
    thread.resolved = resolved;
    delete thread.resolved_by;
    delete thread.resolved_at;
    if (resolved) {
      Object.assign(thread, { resolved_by: user.user_id, resolved_at: this.#now() });
    }
    const whole = resolved ? {} : { comment: structuredClone(thread) };
    return { type: "comment_resolved", comment_id: thread.id, resolved, ...user, ...whole };
  }

  #changeItem(kind: Act[0], userId: string, pick: number): Record<string, unknown> | undefined {
    const inThreads = this.#threads.flatMap((thread) =>
      [thread, ...(thread.replies ?? [])].map((item) => ({ item, thread })),
    );
    const all = [...this.#chat.map((item) => ({ item, thread: undefined })), ...inThreads];
    const found = pickOf(all, pick);
    if (found === undefined || found.item.deleted_at !== undefined) {
      return undefined;
    }
    const { item, thread } = found;
    const about = { message_id: item.id, ...(thread ? { comment_id: thread.id } : {}) };
    switch (kind) {
      case "edit":
        Object.assign(item, { content: `edit ${pick}`, edited_at: this.#now(), mentions: ["bob"] });
        return {
          ...{ type: "message_edited", ...about, content: item.content },
          ...{ mentions: ["bob"], user_id: userId },
        };
      case "delete":
        delete item.edited_at;
        Object.assign(item, { content: "", mentions: [], reactions: [], deleted_at: this.#now() });
        this.#forget(item, thread);
        return { type: "message_deleted", ...about, deleted_by: userId };
      case "react":
      case "unreact":
        return this.#react(item, about, userId, pick, kind === "unreact");
      default:
        return undefined;
    }
  }

  #react(item: ChatMessage, about: object, userId: string, pick: number, isRemoved: boolean) {
    const emoji = ["👍", "+1"][pick % 2] ?? "👍";
    const reactions = new Map((item.reactions ?? []).map((one) => [one.emoji, one.user_ids]));
    const users = reactions.get(emoji) ?? [];
    if (users.includes(userId) !== isRemoved) {
      return undefined; // it changes nothing, and so makes no event
    }
    reactions.set(emoji, isRemoved ? users.filter((one) => one !== userId) : [...users, userId]);
    item.reactions = [...reactions]
      .filter(([, ids]) => ids.length > 0)
      .map(([name, ids]) => ({ emoji: name, user_ids: ids }));
    return { type: "reaction", ...about, user_id: userId, emoji, is_removed: isRemoved };
  }

  #forget(item: ChatMessage, thread: Comment | undefined): void {
    if (thread === undefined) {
      return;
    }
    remove(thread.replies ?? [], item);
    if (thread.deleted_at !== undefined && thread.replies?.length === 0) {
      remove(this.#threads, thread);
    }
  }

  #item(userId: string, content: string): ChatMessage {
    const author = { user_id: userId, username: userId, content, mentions: [], reactions: [] };
    return { id: `i${this.seq}`, ...author, timestamp: this.#now() };
  }

  #now(): string {
    return at(this.seq);
  }
}

function at(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
}

function hash(digit: number): string {
  return `sha256:${String(digit).repeat(64)}`;
}

function pickOf<T>(entries: readonly T[], pick: number): T | undefined {
  return entries[pick % Math.max(entries.length, 1)];
}

function remove<T>(entries: T[], entry: T | undefined): void {
  const place = entry === undefined ? -1 : entries.indexOf(entry);
  if (place >= 0) {
    entries.splice(place, 1);
  }
}
