// The state of the session: keeps and passes on the bridge's notifications, and runs its commands.

import type {
  EditorAgentWork,
  EditorApproval,
  EditorApprovals,
  EditorChat,
  EditorChatMessage,
  EditorCommands,
  EditorCursor,
  EditorDocument,
  EditorDocumentQuestion,
  EditorDocumentSaved,
  EditorFiles,
  EditorFollow,
  EditorModeration,
  EditorNotice,
  EditorNotifications,
  EditorOffers,
  EditorParticipant,
  EditorPerson,
  EditorPresence,
  EditorPresenceUpdate,
  EditorState,
  EditorSummons,
  NotificationsOfEditor,
} from "@peerline/ui/generated/protocol";
import { ChatLog } from "@peerline/ui/model/chatLog";
import { type SessionName, shownAfter } from "@peerline/ui/model/shownSession";
import { asRefusal, CommandRefused, plainReason } from "@peerline/ui/refusal";
import { guard } from "@peerline/ui/supervise";
import type { Disposable, Event } from "vscode";
import { Signal } from "../shared/signal";
import { type ThreadChanges, ThreadStore } from "./threadStore";

/** The channel for commands and notifications to and from the bridge. */
export interface Transport {
  request(command: string, args: unknown[]): Promise<unknown>;
  notify(method: string, params: unknown): void;
}

/** The arguments of a command: none where it takes none. */
export type ArgumentsOf<Name extends keyof EditorCommands> = EditorCommands[Name] extends null
  ? []
  : [args: EditorCommands[Name]];

/** The handler of each notification of the bridge. */
export type Handlers = {
  readonly [Method in keyof EditorNotifications]: (params: EditorNotifications[Method]) => void;
};

/** The others who have joined and left since the list of participants before. */
export interface ComingsAndGoings {
  readonly joined: readonly EditorPerson[];
  readonly left: readonly EditorPerson[];
}

const OFFLINE: EditorState = { state: "offline", participants: 0 };
const NO_OFFERS: EditorOffers = { offers: [], is_sharing: false };

/** The store that every surface reads; it changes by notifications alone. */
export class Session implements Disposable {
  readonly #state = new Signal<EditorState>("showing the state");
  readonly #participants = new Signal<readonly EditorParticipant[]>("showing the participants");
  readonly #comings = new Signal<ComingsAndGoings>("showing who joined and left");
  readonly #presence = new Signal<EditorPresenceUpdate>("showing cursors");
  readonly #chat = new Signal<EditorChat>("showing the chat");
  readonly #newMessages = new Signal<readonly EditorChatMessage[]>("showing new messages");
  readonly #threads = new Signal<ThreadChanges>("showing comments");
  readonly #files = new Signal<EditorFiles>("showing changed files");
  readonly #follow = new Signal<EditorFollow>("following");
  readonly #notice = new Signal<EditorNotice>("showing a notice");
  readonly #moderation = new Signal<EditorModeration>("showing requests to join");
  readonly #summons = new Signal<EditorSummons>("answering a summons");
  readonly #documents = new Signal<readonly EditorDocument[]>("showing shared documents");
  readonly #question = new Signal<EditorDocumentQuestion>("asking about a shared document");
  readonly #offers = new Signal<EditorOffers>("showing shared folders");
  readonly #approvals = new Signal<EditorApprovals>("asking what agents ask");
  readonly #agentWork = new Signal<EditorAgentWork>("showing the work of an agent");
  readonly #saved = new Signal<EditorDocumentSaved>("showing that a document was saved");
  readonly #restored = new Signal<undefined>("resuming after a restart");
  readonly #log = new ChatLog();
  #transport: Transport | undefined;
  /** Why the session is not shown as ended though there is no bridge; it is being started again. */
  #restoring: string | undefined;
  /** The documents whose threads the last bridge sent and this one has not sent yet. */
  #stale = new Set<string>();

  /** Connection and session. */
  state: EditorState = OFFLINE;
  /** The session of the chat, which stays when it is left. */
  shown: SessionName | undefined;
  /** Everybody who is here, in the order of joining. */
  participants: readonly EditorParticipant[] = [];
  /** The places of others, by user id. */
  readonly presences = new Map<string, EditorPresence>();
  /** The comment threads, by document. */
  readonly threads = new ThreadStore();
  /** The last changes of files. */
  files: EditorFiles = { changes: [] };
  /** The shared documents of the session. */
  documents: readonly EditorDocument[] = [];

  /** The folders that are shared, and whether this window shares its own. */
  offers: EditorOffers = NO_OFFERS;
  /** The open questions of AI agents, the oldest first. */
  approvals: readonly EditorApproval[] = [];
  /** The state that only hosts see. */
  moderation: EditorModeration = {};

  readonly onDidChangeState: Event<EditorState> = this.#state.event;
  readonly onDidChangeParticipants: Event<readonly EditorParticipant[]> = this.#participants.event;
  readonly onDidComeOrGo: Event<ComingsAndGoings> = this.#comings.event;
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
  readonly onDidChangeDocuments: Event<readonly EditorDocument[]> = this.#documents.event;
  readonly onDidAskAboutDocument: Event<EditorDocumentQuestion> = this.#question.event;
  readonly onDidChangeOffers: Event<EditorOffers> = this.#offers.event;
  /** The open questions of AI agents, and how others have just ended. */
  readonly onDidChangeApprovals: Event<EditorApprovals> = this.#approvals.event;
  /** The work of an agent that is looked at: all of its turn, or what is new. */
  readonly onDidChangeAgentWork: Event<EditorAgentWork> = this.#agentWork.event;
  readonly onDidSaveDocument: Event<EditorDocumentSaved> = this.#saved.event;
  /** The session is back after the bridge had crashed. */
  readonly onDidRestore: Event<undefined> = this.#restored.event;
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

  /** Whether the bridge has crashed and the next one has not joined yet. */
  get isSuspended(): boolean {
    return this.#restoring !== undefined;
  }

  /** Speak through a bridge that was started. */
  attach(transport: Transport): void {
    this.#transport = transport;
  }

  /** There is no bridge any more: whatever was shown ends, with a reason. */
  detach(reason: string): void {
    this.#transport = undefined;
    this.#restoring = undefined;
    this.#reset(reason);
  }

  /**
   * The bridge is being started again: what was there stays to be seen, but not where others are.
   * The next bridge shows the session whole.
   */
  suspend(reason: string): void {
    this.#transport = undefined;
    if (this.state.state === "offline") {
      return;
    }
    this.#restoring = reason;
    this.#stale = new Set(this.threads.uris);
    this.#forgetPresence();
    this.handlers["peerline/documents"]({
      documents: this.documents.map((document) => ({ ...document, state: "offline" })),
    });
    this.#setState({ ...this.state, state: "reconnecting", reason });
  }

  /** Carry out a command of the bridge; throws CommandRefused with a text for the user. */
  async command<Name extends keyof EditorCommands>(
    name: Name,
    ...args: ArgumentsOf<Name>
  ): Promise<unknown> {
    if (this.isSuspended && !(this.#transport !== undefined && name === "peerline.join")) {
      throw new CommandRefused(
        "BRIDGE_AWAY",
        "Peerline's bridge is being restarted. Try again in a moment.",
      );
    }
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

  /** Tell the bridge something about a shared document. */
  tell<Method extends keyof NotificationsOfEditor>(
    method: Method,
    params: NotificationsOfEditor[Method],
  ): void {
    this.#transport?.notify(method, params);
  }

  /** Take over one notification of the bridge; one that fails is logged and stops no other. */
  readonly handlers: Handlers = supervised({
    "peerline/state": (state) => {
      if (this.#restoring !== undefined && state.state === "connecting") {
        return; // it goes on being shown as connecting again
      }
      const isRestored = this.#restoring !== undefined && state.state === "joined";
      this.#restoring = undefined;
      if (isRestored) {
        this.#dropStaleThreads();
      }
      this.#setState(state.reason ? { ...state, reason: plainReason(state.reason) } : state);
      if (state.state === "offline" && this.documents.length > 0) {
        this.handlers["peerline/documents"]({ documents: [] });
      }
      if (isRestored) {
        this.#restored.fire(undefined);
      }
    },
    "peerline/participants": ({ participants, joined = [], left = [] }) => {
      this.participants = participants;
      this.#participants.fire(participants);
      if (joined.length > 0 || left.length > 0) {
        this.#comings.fire({ joined, left });
      }
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
    "peerline/comments": (comments) => {
      this.#stale.delete(comments.uri);
      this.#threads.fire(this.threads.replace(comments));
    },
    "peerline/commentChanges": (changes) => {
      this.#stale.delete(changes.uri);
      this.#threads.fire(this.threads.update(changes));
    },
    "peerline/files": (files) => {
      this.files = files;
      this.#files.fire(files);
    },
    "peerline/notice": (notice) =>
      this.#notice.fire({ ...notice, message: plainReason(notice.message) }),
    "peerline/follow": (follow) => this.#follow.fire(follow),
    "peerline/summons": (summons) => this.#summons.fire(summons),
    "peerline/moderation": (moderation) => {
      this.moderation = moderation;
      this.#moderation.fire(moderation);
    },
    "peerline/documents": ({ documents }) => {
      this.documents = documents;
      this.#documents.fire(documents);
    },
    "peerline/documentQuestion": (question) => this.#question.fire(question),
    "peerline/documentSaved": (saved) => this.#saved.fire(saved),
    "peerline/offers": (offers) => {
      this.offers = offers;
      this.#offers.fire(offers);
    },
    "peerline/approvals": (approvals) => {
      this.approvals = approvals.approvals;
      this.#approvals.fire(approvals);
    },
    "peerline/agentWork": (work) => this.#agentWork.fire(work),
  });

  #setState(state: EditorState): void {
    this.state = state;
    this.shown = shownAfter(this.shown, state);
    this.#state.fire(state);
  }

  /** Nobody is anywhere until it is known where. */
  #forgetPresence(): void {
    this.handlers["peerline/presence"]({ updates: [], removed: [...this.presences.keys()] });
  }

  /** The threads that the last bridge showed and this one does not have. */
  #dropStaleThreads(): void {
    for (const uri of this.#stale) {
      this.handlers["peerline/comments"]({ uri, threads: [] });
    }
  }

  #reset(reason: string): void {
    this.#forgetPresence();
    this.handlers["peerline/participants"]({ participants: [] });
    for (const uri of this.threads.uris) {
      this.handlers["peerline/comments"]({ uri, threads: [] });
    }
    this.threads.clear();
    this.handlers["peerline/follow"]({});
    this.handlers["peerline/moderation"]({});
    this.handlers["peerline/documents"]({ documents: [] });
    this.handlers["peerline/offers"](NO_OFFERS);
    this.handlers["peerline/approvals"]({ approvals: [] });
    this.#setState({ ...OFFLINE, reason });
  }

  dispose(): void {
    for (const emitter of [
      this.#state,
      this.#participants,
      this.#comings,
      this.#presence,
      this.#chat,
      this.#newMessages,
      this.#threads,
      this.#files,
      this.#follow,
      this.#notice,
      this.#moderation,
      this.#summons,
      this.#documents,
      this.#question,
      this.#saved,
      this.#offers,
      this.#approvals,
      this.#agentWork,
      this.#restored,
    ]) {
      emitter.dispose();
    }
  }
}

function supervised(handlers: Handlers): Handlers {
  return Object.fromEntries(
    Object.entries(handlers).map(([method, handler]) => [
      method,
      guard(method, handler as (params: unknown) => void),
    ]),
  ) as Handlers;
}
