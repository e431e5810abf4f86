// What is known of the session: the bridge's notifications, kept and told on; and its commands.
import { type Disposable, type Event, EventEmitter } from "vscode";
import { ChatLog } from "./chatLog";
import type {
  EditorChat,
  EditorChatMessage,
  EditorCommands,
  EditorCursor,
  EditorFiles,
  EditorFollow,
  EditorModeration,
  EditorNotice,
  EditorNotifications,
  EditorParticipant,
  EditorPresence,
  EditorPresenceUpdate,
  EditorState,
  EditorSummons,
} from "./generated/protocol";
import { type ThreadChanges, ThreadStore } from "./threadStore";

/** What carries commands and notifications to and from the bridge. */
export interface Transport {
  request(command: string, args: unknown[]): Promise<unknown>;
  notify(method: string, params: unknown): void;
}

/** A command that the bridge or the server refused; the message is for the user. */
export class CommandRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "CommandRefused";
    this.code = code;
  }
}

/** The arguments of a command: none where it takes none. */
export type ArgumentsOf<Name extends keyof EditorCommands> = EditorCommands[Name] extends null
  ? []
  : [args: EditorCommands[Name]];

const OFFLINE: EditorState = { state: "offline", participants: 0 };

/** The store that every surface reads; it changes by notifications alone. */
export class Session implements Disposable {
  readonly #state = new EventEmitter<EditorState>();
  readonly #participants = new EventEmitter<readonly EditorParticipant[]>();
  readonly #presence = new EventEmitter<EditorPresenceUpdate>();
  readonly #chat = new EventEmitter<EditorChat>();
  readonly #newMessages = new EventEmitter<readonly EditorChatMessage[]>();
  readonly #threads = new EventEmitter<ThreadChanges>();
  readonly #files = new EventEmitter<EditorFiles>();
  readonly #follow = new EventEmitter<EditorFollow>();
  readonly #notice = new EventEmitter<EditorNotice>();
  readonly #moderation = new EventEmitter<EditorModeration>();
  readonly #summons = new EventEmitter<EditorSummons>();
  readonly #log = new ChatLog();
  #transport: Transport | undefined;

  /** Connection and session. */
  state: EditorState = OFFLINE;
  /** Everybody who is here, in the order of joining. */
  participants: readonly EditorParticipant[] = [];
  /** Where others are, by user id. */
  readonly presences = new Map<string, EditorPresence>();
  /** The comment threads, by document. */
  readonly threads = new ThreadStore();
  /** The last changes of files. */
  files: EditorFiles = { changes: [] };
  /** What only hosts see. */
  moderation: EditorModeration = {};

  readonly onDidChangeState: Event<EditorState> = this.#state.event;
  readonly onDidChangeParticipants: Event<readonly EditorParticipant[]> = this.#participants.event;
  readonly onDidChangePresence: Event<EditorPresenceUpdate> = this.#presence.event;
  /** Any change of the chat, as the bridge told it; `chat` has it already. */
  readonly onDidChangeChat: Event<EditorChat> = this.#chat.event;
  /** Messages that have just come, without those of a snapshot and of history. */
  readonly onDidReceiveMessages: Event<readonly EditorChatMessage[]> = this.#newMessages.event;
  readonly onDidChangeThreads: Event<ThreadChanges> = this.#threads.event;
  readonly onDidChangeFiles: Event<EditorFiles> = this.#files.event;
  readonly onDidFollow: Event<EditorFollow> = this.#follow.event;
  readonly onDidNotice: Event<EditorNotice> = this.#notice.event;
  readonly onDidSummon: Event<EditorSummons> = this.#summons.event;
  readonly onDidChangeModeration: Event<EditorModeration> = this.#moderation.event;

  /** The chat, oldest first. */
  get chat(): readonly EditorChatMessage[] {
    return this.#log.messages;
  }

  /** Whether `peerline.loadHistory` may bring older chat. */
  get hasOlderChat(): boolean {
    return this.#log.hasMore;
  }

  /** The own row of the participants. */
  get me(): EditorParticipant | undefined {
    return this.participants.find((person) => person.is_me);
  }

  get isJoined(): boolean {
    return this.state.state === "joined";
  }

  /** Whether one is in a session, connected to it at the moment or not. */
  get isInSession(): boolean {
    return this.state.state === "joined" || this.state.state === "reconnecting";
  }

  /** Speak through a bridge that was started, or through none. */
  attach(transport: Transport | undefined): void {
    this.#transport = transport;
    if (transport === undefined) {
      this.#reset("the bridge has ended");
    }
  }

  /** Carry out a command of the bridge; throws CommandRefused with a text for the user. */
  async command<Name extends keyof EditorCommands>(
    name: Name,
    ...args: ArgumentsOf<Name>
  ): Promise<unknown> {
    if (this.#transport === undefined) {
      throw new CommandRefused("NOT_JOINED", "Join a session first.");
    }
    try {
      return await this.#transport.request(name, args);
    } catch (error) {
      throw asRefusal(error);
    }
  }

  /** Tell where the own cursor is; without a bridge nobody wants to know. */
  sendCursor(cursor: EditorCursor): void {
    this.#transport?.notify("peerline/cursor", cursor);
  }

  /** Take over one notification of the bridge. */
  readonly handlers: {
    readonly [Method in keyof EditorNotifications]: (params: EditorNotifications[Method]) => void;
  } = {
    "peerline/state": (state) => {
      this.state = state;
      this.#state.fire(state);
    },
    "peerline/participants": ({ participants }) => {
      this.participants = participants;
      this.#participants.fire(participants);
    },
    "peerline/presence": (update) => {
      for (const userId of update.removed ?? []) {
        this.presences.delete(userId);
      }
      for (const presence of update.updates ?? []) {
        this.presences.set(presence.user_id, presence);
      }
      this.#presence.fire(update);
    },
    "peerline/chat": (chat) => {
      const added = this.#log.apply(chat);
      this.#chat.fire(chat);
      if (added.length > 0) {
        this.#newMessages.fire(added);
      }
    },
    "peerline/comments": (comments) => this.#threads.fire(this.threads.replace(comments)),
    "peerline/commentChanges": (changes) => this.#threads.fire(this.threads.update(changes)),
    "peerline/files": (files) => {
      this.files = files;
      this.#files.fire(files);
    },
    "peerline/notice": (notice) => this.#notice.fire(notice),
    "peerline/follow": (follow) => this.#follow.fire(follow),
    "peerline/summons": (summons) => this.#summons.fire(summons),
    "peerline/moderation": (moderation) => {
      this.moderation = moderation;
      this.#moderation.fire(moderation);
    },
  };

  #reset(reason: string): void {
    this.handlers["peerline/presence"]({ updates: [], removed: [...this.presences.keys()] });
    this.handlers["peerline/participants"]({ participants: [] });
    for (const uri of this.threads.uris) {
      this.handlers["peerline/comments"]({ uri, threads: [] });
    }
    this.threads.clear();
    this.handlers["peerline/follow"]({});
    this.handlers["peerline/moderation"]({});
    this.handlers["peerline/state"]({ ...OFFLINE, reason });
  }

  dispose(): void {
    for (const emitter of [
      this.#state,
      this.#participants,
      this.#presence,
      this.#chat,
      this.#newMessages,
      this.#threads,
      this.#files,
      this.#follow,
      this.#notice,
      this.#moderation,
      this.#summons,
    ]) {
      emitter.dispose();
    }
  }
}

function asRefusal(error: unknown): CommandRefused {
  const text = error instanceof Error ? error.message : String(error);
  // Which command it was, a person knows who has just pressed the button.
  const message = text.replace(/^peerline\.\w+: /, "");
  const data: unknown = error instanceof Error && "data" in error ? error.data : undefined;
  const code =
    typeof data === "object" && data !== null && "error_code" in data
      ? String(data.error_code)
      : "FAILED";
  return new CommandRefused(code, message);
}
