// The local state of a session: a snapshot and the events since. Pure.
//
// Messages of the server go in, changes for a user interface come out. The replica after a snapshot
// and its following events equals a fresh snapshot, whatever was repeated on the way.
import { AgentsSeen } from "./agentsSeen.ts";
import type { Change, ItemChange } from "./changes.ts";
import { type DurableMessage, isDurable } from "./events.ts";
import { MAX_FILE_EVENTS } from "./generated/codes.ts";
import type {
  ChatMessage,
  Comment,
  CommentReattached,
  CommentReplied,
  CommentResolved,
  Connected,
  FileEvent,
  FileOffer,
  Moderation,
  NameChanged,
  Participant,
  ParticipantRemoved,
  Presence,
  Role,
  RoleChanged,
  ServerMessage,
  SessionInfo,
  SharedDocument,
  SharedDraft,
  UserJoined,
  UserLeft,
} from "./generated/protocol.ts";
import {
  changedDocuments,
  changedItem,
  changedThread,
  reattachedThread,
  repliedThread,
  resolvedThread,
  said,
  updatedSession,
} from "./items.ts";
import { order, type ReplicaState, stateOf } from "./replicaState.ts";

type Shown = "agentMoved" | "presenceMoved";
const NO_PRESENCE: Presence = { status: "active" };

/** One session as this client knows it. Empty until the first snapshot. */
export class Replica {
  #connected: Connected | undefined;
  #session: SessionInfo | undefined;
  #epoch = "";
  #seq = 0;
  #participants = new Map<string, Participant>();
  #threads = new Map<string, Comment>();
  #messages: readonly ChatMessage[] = [];
  #fileEvents: readonly FileEvent[] = [];
  #documents = new Map<string, SharedDocument>();
  #offers: readonly FileOffer[] = [];
  #drafts: readonly SharedDraft[] = [];
  /** The questions of agents, and what they did. */
  readonly agents = new AgentsSeen();
  #moderation: Moderation | undefined;

  /** The answer to the last join, with the own user and role as they are now. */
  get connected(): Connected | undefined {
    return this.#connected;
  }

  get session(): SessionInfo | undefined {
    return this.#session;
  }

  /** The unbroken sequence that `seq` counts in. */
  get epoch(): string {
    return this.#epoch;
  }

  /** The number of the last event. */
  get seq(): number {
    return this.#seq;
  }

  /** The participants who are here, in the order of joining. */
  get participants(): ReadonlyMap<string, Participant> {
    return this.#participants;
  }

  /** The open threads, in the order of their creation. */
  get threads(): ReadonlyMap<string, Comment> {
    return this.#threads;
  }

  /** The last messages of the chat, oldest first. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** The last changes of files, oldest first. */
  get fileEvents(): readonly FileEvent[] {
    return this.#fileEvents;
  }

  /** The shared documents by their id, in the order in which they were shared. */
  get documents(): ReadonlyMap<string, SharedDocument> {
    return this.#documents;
  }

  /** The folders that are offered, the oldest offer first; no event carries them. */
  get offers(): readonly FileOffer[] {
    return this.#offers;
  }

  /** The drafts that people write together, the oldest first; no event carries them. */
  get drafts(): readonly SharedDraft[] {
    return this.#drafts;
  }

  /** The hosts' view as the server sent it last; no event carries it. */
  get moderation(): Moderation | undefined {
    return this.#moderation;
  }

  /** Whether this client's user is a host now. */
  get isHost(): boolean {
    return this.#connected?.role === "host";
  }

  /** Take over a message; what changed by it. */
  apply(message: ServerMessage): readonly Change[] {
    switch (message.type) {
      case "connected":
        return [this.#connect(message)];
      case "presence_update":
        return this.#shown("presenceMoved", message.user_id, { presence: message.presence });
      case "agent_update":
        return this.#shown("agentMoved", message.user_id, { activity: message.data });
      case "moderation":
        if (!this.isHost) {
          return []; // it was on its way when the role was taken
        }
        this.#moderation = message;
        return [{ kind: "moderationChanged", moderation: message }];
      case "summoned":
        return [{ kind: "summonedBy", userId: message.user_id, username: message.username }];
      case "document_saved":
        return [{ kind: "saved", event: message }];
      case "files_offered": {
        const before = this.#offers;
        this.#offers = message.offers;
        return [{ kind: "offersChanged", before, offers: message.offers }];
      }
      case "drafts_shared": {
        const before = this.#drafts;
        this.#drafts = message.drafts;
        return [{ kind: "draftsChanged", before, drafts: message.drafts }];
      }
      default:
        return isDurable(message) ? this.#applyDurable(message) : [];
    }
  }

  /**
   * Everything durable as one value.
   *
   * @throws Error before the first snapshot.
   */
  state(): ReplicaState {
    if (this.#session === undefined) {
      throw new Error("the replica has no snapshot yet");
    }
    return stateOf(this, this.#session);
  }

  #connect(message: Connected): Change {
    this.#connected = message;
    this.#epoch = message.epoch;
    this.#moderation = undefined;
    this.#offers = message.offers ?? [];
    this.#drafts = message.drafts ?? [];
    if (message.resumed === true) {
      for (const [id, person] of this.#participants) {
        const { activity: _, ...others } = person;
        this.#participants.set(id, { ...others, presence: NO_PRESENCE });
      }
      return { kind: "resumed" };
    }
    this.#session = message.session;
    this.#seq = message.seq;
    this.#participants = byId(message.participants ?? []);
    this.#threads = byId((message.comments ?? []).filter((thread) => thread.resolved !== true));
    this.#messages = message.messages ?? [];
    this.#fileEvents = message.file_events ?? [];
    this.#documents = byId(message.documents ?? []);
    this.agents.reset(message);
    return { kind: "reset" };
  }

  #shown(kind: Shown, userId: string, fields: Partial<Participant>): readonly Change[] {
    const participant = this.#update(userId, fields);
    return participant ? [{ kind, participant }] : [];
  }

  /** A participant with other fields from now on, if they are here. */
  #update(userId: string, fields: Partial<Participant>): Participant | undefined {
    const person = this.#participants.get(userId);
    if (person === undefined) {
      return undefined;
    }
    const participant = { ...person, ...fields };
    this.#participants.set(userId, participant);
    return participant;
  }

  #applyDurable(event: DurableMessage): readonly Change[] {
    if (event.seq <= this.#seq || this.#session === undefined) {
      return [];
    }
    if (event.seq !== this.#seq + 1) {
      return [{ kind: "gap", expected: this.#seq + 1, got: event.seq }];
    }
    this.#seq = event.seq;
    const change = this.#change(event, this.#session);
    const changes = change === undefined ? [] : [change];
    if (this.#moderation !== undefined && !this.isHost) {
      this.#moderation = undefined;
      changes.push({ kind: "moderationChanged" });
    }
    return changes;
  }

  #change(event: DurableMessage, session: SessionInfo): Change | undefined {
    switch (event.type) {
      case "user_joined":
        return this.#join(event);
      case "user_left":
      case "participant_removed":
        return this.#go(event);
      case "role_changed":
        return this.#giveRole(event);
      case "name_changed":
        return this.#rename(event);
      case "chat_message":
        return this.#say(said(event));
      case "message_edited":
      case "message_deleted":
      case "reaction":
        return this.#changeItem(event);
      case "file_event":
        this.#fileEvents = [...this.#fileEvents, event].slice(-MAX_FILE_EVENTS);
        return { kind: "fileChanged", event };
      case "agent_event":
      case "approval_asked":
      case "approval_answered":
      case "agent_prompted":
      case "prompt_changed":
        return this.agents.apply(event);
      case "document_shared":
      case "document_unshared":
      case "document_renamed":
      case "document_renewed":
        this.#documents = changedDocuments(this.#documents, event);
        return { kind: "documentsChanged", event };
      case "session_update":
        this.#session = updatedSession(session, event.changes);
        return { kind: "sessionChanged", event };
      case "session_ended":
        this.#session = { ...session, ended_at: event.timestamp };
        this.#participants = new Map();
        return { kind: "ended", by: event.ended_by };
      case "code_comment":
        this.#threads.set(event.comment.id, event.comment);
        return { kind: "threadChanged", thread: event.comment, event };
      case "comment_reply":
      case "comment_reattached":
        return this.#changeThread(event);
      case "comment_resolved":
        return this.#resolve(event);
    }
  }

  #join(event: UserJoined): Change {
    // Another connection of one's own may have come with an invite that gives more.
    this.#takeRole(event.user.id, event.user.role);
    const before = this.#participants.get(event.user.id);
    this.#participants.delete(event.user.id);
    const presence = before?.presence ?? NO_PRESENCE;
    const activity = before?.activity && { activity: before.activity };
    const participant = { ...event.user, joined_at: event.timestamp, presence, ...activity };
    this.#participants.set(participant.id, participant);
    return { kind: "joined", participant, isNew: before === undefined };
  }

  #go(event: UserLeft | ParticipantRemoved): Change | undefined {
    const participant = this.#participants.get(event.user_id);
    if (participant === undefined) {
      return undefined;
    }
    this.#participants.delete(event.user_id);
    const at = event.timestamp;
    return event.type === "participant_removed"
      ? { kind: "removed", participant, by: event.removed_by, at }
      : { kind: "left", participant, at };
  }

  #giveRole(event: RoleChanged): Change | undefined {
    this.#takeRole(event.user_id, event.role);
    const participant = this.#update(event.user_id, { role: event.role });
    const how = { at: event.timestamp, by: event.changed_by };
    return participant && { kind: "roleGiven", participant, ...how };
  }

  #rename(event: NameChanged): Change | undefined {
    const me = this.#connected;
    if (me?.user.id === event.user_id) {
      this.#connected = { ...me, user: { ...me.user, username: event.name } };
    }
    const participant = this.#update(event.user_id, { username: event.name });
    const how = { before: event.username, at: event.timestamp };
    return participant && { kind: "renamed", participant, ...how };
  }

  /** Somebody has this role now; if it is oneself, one's own rights change. */
  #takeRole(userId: string, role: Role): void {
    const me = this.#connected;
    if (me?.user.id === userId) {
      this.#connected = { ...me, role, user: { ...me.user, role } };
    }
  }

  #say(message: ChatMessage): Change {
    const keep = this.#connected?.limits.snapshot_messages ?? this.#messages.length + 1;
    const messages = [...this.#messages, message];
    this.#messages = messages.slice(Math.max(0, messages.length - keep));
    return { kind: "chatAdded", message };
  }

  #changeItem(event: ItemChange): Change | undefined {
    const place = this.#messages.findIndex(({ id }) => id === event.message_id);
    const said = this.#messages[place];
    if (said !== undefined) {
      const message = changedItem(said, event);
      this.#messages = this.#messages.with(place, message);
      return { kind: "messageChanged", message };
    }
    const thread = this.#threads.get(event.comment_id ?? "");
    if (thread === undefined) {
      return undefined;
    }
    const changed = changedThread(thread, event);
    if (changed === undefined) {
      this.#threads.delete(thread.id);
      return { kind: "threadDeleted", thread };
    }
    this.#threads.set(thread.id, changed);
    return { kind: "threadChanged", thread: changed, event };
  }

  #changeThread(event: CommentReplied | CommentReattached): Change | undefined {
    const before = this.#threads.get(event.comment_id);
    if (before === undefined) {
      return undefined; // it is resolved: it comes back whole if it is reopened
    }
    if (event.type === "comment_reply") {
      const thread = repliedThread(before, event.reply);
      this.#threads.set(before.id, thread);
      return { kind: "threadChanged", thread, event };
    }
    const thread = reattachedThread(before, event);
    this.#threads.set(before.id, thread);
    return { kind: "threadMoved", thread };
  }

  #resolve(event: CommentResolved): Change | undefined {
    if (event.resolved) {
      const thread = this.#threads.get(event.comment_id);
      if (thread === undefined) {
        return undefined;
      }
      this.#threads.delete(event.comment_id);
      return { kind: "threadClosed", thread: resolvedThread(thread, event), by: event.username };
    }
    if (event.comment === undefined) {
      return undefined;
    }
    this.#threads.set(event.comment_id, event.comment);
    const ordered = [...this.#threads].sort(
      ([, one], [, two]) => order(one.timestamp, two.timestamp) || order(one.id, two.id),
    );
    this.#threads = new Map(ordered);
    return { kind: "threadChanged", thread: event.comment, event };
  }
}

function byId<T extends { id: string }>(entries: readonly T[]): Map<string, T> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}
