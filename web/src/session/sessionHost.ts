// The host of the panel in a browser: the client of the session behind the panel's messages.
import {
  assignColors,
  type Change,
  ClientError,
  type ClientOptions,
  type ErrorCode,
  type LinkState,
  mayRejoin,
  SessionClient,
} from "@peerline/client/session";
import type {
  ConnectionState,
  EditorChatMessage,
  EditorState,
} from "@peerline/ui/generated/protocol";
import type { PanelHost } from "@peerline/ui/host";
import type { FromPanel, ToPanel } from "@peerline/ui/messages";
import { draftOf, reasonOf } from "../shared/drafts.ts";
import type { PageAround } from "../shared/pageAround.ts";
import { requestOf, Views } from "../shared/toPanel.ts";
import type { SessionEnd } from "./ending.ts";

/** A participant who only moved is shown in the list after at most this time. */
const LIST_MS = 100;
const STATES: Record<LinkState, ConnectionState> = {
  connecting: "connecting",
  waiting: "waiting",
  joined: "joined",
  reconnecting: "reconnecting",
  token_needed: "offline",
  closed: "offline",
};

/** The parts of the client's options that the page gives. */
export type Joining = Omit<ClientOptions, "onChanges" | "onState" | "onUnsent" | "onFault">;

/** One session behind the panel. */
export class SessionHost implements PanelHost {
  readonly client: SessionClient;
  readonly #around: PageAround;
  readonly #onState: (state: LinkState, reason?: string) => void;
  #hear: (message: ToPanel) => void = () => {};
  #views: Views;
  #state: LinkState = "connecting";
  #reason: string | undefined;
  #code: ErrorCode | undefined;
  #isReady = false;
  #sending = 0;
  /** The number of the oldest message that is shown. */
  #oldest: number | undefined;
  #pending = new Map<string, EditorChatMessage>();
  #cancelList: (() => void) | undefined;

  /** `onState` hears the client's state after the panel did. */
  constructor(
    joining: Joining,
    around: PageAround,
    onState: (state: LinkState, reason?: string) => void,
  ) {
    this.#around = around;
    this.#onState = onState;
    this.client = new SessionClient({
      ...joining,
      onChanges: (changes) => this.#changed(changes),
      onState: (state, reason, code) => this.#told(state, reason, code),
      onUnsent: () => this.#showPending(),
      onFault: (what, error) => around.fault(what, error),
    });
    this.#views = new Views(this.client.replica, new Map());
  }

  listen(hear: (message: ToPanel) => void): void {
    this.#hear = hear;
  }

  load(): unknown {
    return this.#around.load();
  }

  save(state: unknown): void {
    this.#around.save(state);
  }

  /** The window has the user's attention, or no longer. */
  attend(isAttentive: boolean): void {
    this.#hear({ type: "attention", isAttentive });
  }

  post(message: FromPanel): void {
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        this.#showAll();
        break;
      case "send":
        this.#run("sending a message", this.#send(message.content, message.parentId));
        break;
      case "edit":
      case "delete":
      case "react":
      case "resend":
      case "discard":
        this.#run(
          "changing a message",
          this.#answer(message.request, () => this.#act(message)),
        );
        break;
      case "history":
        this.#run("loading older messages", this.#loadOlder());
        break;
      case "typing":
        this.#around.typed();
        break;
      case "link":
        this.#around.openLink(message.url);
        break;
      case "read":
        this.#around.keepReadSeq(message.seq);
        break;
      case "rejoin":
        this.#around.rejoin();
        break;
      case "run":
        this.#around.goToFront();
        break;
      case "goto":
      case "open":
      case "follow":
        this.#around.look(message);
        break;
    }
  }

  /** Why the session has ended for this user; nothing while it has not. */
  get end(): SessionEnd | undefined {
    return this.#state === "closed" ? { code: this.#code, reason: this.#reason } : undefined;
  }

  /** Whether it has ended for this user for good. */
  get isOver(): boolean {
    return this.#state === "closed" && this.#code !== undefined && !mayRejoin(this.#code);
  }

  colorOf(userId: string): number {
    return this.#views.color(userId);
  }

  /** Show the participants again: another one is followed. */
  showParticipants(): void {
    const participants = this.#views.participants(this.#around.followed);
    this.#hear({ type: "participants", participants });
  }

  // --- acts ------------------------------------------------------------------------------

  async #send(content: string, parentId: string | undefined): Promise<void> {
    this.#around.sent();
    this.#count(1);
    try {
      await this.client.chat.send(content, parentId === undefined ? {} : { parentId });
    } catch (error) {
      const returned = { content, refusal: reasonOf(error) };
      this.#hear({
        type: "returned",
        returned: parentId === undefined ? returned : { ...returned, parentId },
      });
    } finally {
      this.#count(-1);
    }
  }

  async #act(
    message: Extract<FromPanel, { type: "edit" | "delete" | "react" | "resend" | "discard" }>,
  ): Promise<void> {
    const { chat, unsent } = this.client;
    const { messageId } = message;
    const requestId = requestOf(messageId);
    if (requestId === undefined) {
      switch (message.type) {
        case "edit":
          await chat.edit(messageId, message.content);
          break;
        case "delete":
          await chat.delete(messageId);
          break;
        case "react":
          await chat.react(messageId, message.emoji, message.remove);
          break;
        default:
          throw new ClientError("this message was already sent");
      }
      return;
    }
    const item = unsent.items.find((known) => known.requestId === requestId);
    if (item === undefined) {
      throw new ClientError("this message was already sent");
    }
    if (message.type === "delete" || message.type === "discard") {
      await unsent.discard(requestId);
    } else if (message.type === "edit" || message.type === "resend") {
      const content = message.type === "edit" ? message.content : undefined;
      await unsent.resend(requestId, draftOf(item, content));
    } else {
      throw new ClientError("this message was not sent yet");
    }
  }

  async #answer(request: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.#hear({ type: "answer", request });
    } catch (error) {
      this.#hear({ type: "answer", request, refusal: reasonOf(error) });
    }
  }

  async #loadOlder(): Promise<void> {
    const before = this.#oldest ?? this.client.replica.messages[0]?.seq;
    try {
      const page = await this.client.chat.history(before === undefined ? {} : { before });
      this.#oldest = page.messages[0]?.seq ?? before;
      const messages = page.messages.map((message) => this.#views.message(message));
      const chat = { prepend: true, has_more: page.has_more, messages };
      this.#hear({ type: "chat", chat });
      this.#hear({ type: "history" });
    } catch (error) {
      this.#hear({ type: "history", refusal: reasonOf(error) });
    }
  }

  // --- what the client tells -------------------------------------------------------------

  #told(state: LinkState, reason: string | undefined, code: ErrorCode | undefined): void {
    this.#state = state;
    this.#reason = reason;
    this.#code = code;
    this.#hear({ type: "state", state: this.#editorState() });
    if (state === "closed") {
      this.#hear({ type: "participants", participants: [] });
    }
    this.#onState(state, reason);
  }

  #changed(changes: readonly Change[]): void {
    const lines: EditorChatMessage[] = [];
    for (const change of changes) {
      this.#takeOne(change, lines);
    }
    if (lines.length > 0) {
      this.#hear({ type: "chat", chat: { messages: lines } });
    }
    this.#around.changed(changes);
  }

  #takeOne(change: Change, lines: EditorChatMessage[]): void {
    switch (change.kind) {
      case "reset":
        this.#oldest = undefined;
        this.#recolor();
        this.#showAll();
        return;
      case "joined":
        this.#recolor();
        break;
      case "presenceMoved":
      case "agentMoved":
        this.#listSoon();
        return;
      case "fileChanged":
        this.#showFiles();
        break;
      default:
        break;
    }
    const line = this.#views.line(change);
    if (line !== undefined) {
      lines.push(line);
    }
    if (change.kind !== "chatAdded" && change.kind !== "messageChanged") {
      this.#listSoon();
      this.#hear({ type: "state", state: this.#editorState() });
    }
  }

  #recolor(): void {
    const { replica } = this.client;
    this.#views = new Views(replica, assignColors(replica.participants.keys()));
  }

  #listSoon(): void {
    this.#cancelList ??= this.#around.later(LIST_MS, () => {
      this.#cancelList = undefined;
      if (this.#state !== "closed") {
        this.showParticipants();
      }
    });
  }

  #showFiles(): void {
    const files = this.client.replica.fileEvents.map((event) => this.#views.file(event));
    this.#hear({ type: "files", files });
  }

  #showAll(): void {
    if (!this.#isReady) {
      return;
    }
    const { replica } = this.client;
    this.#pending = this.#pendingMessages();
    const { session } = replica;
    this.#hear({
      type: "snapshot",
      snapshot: {
        state: this.#editorState(),
        ...(session === undefined ? {} : { shown: { id: session.id, title: session.title } }),
        participants: this.#views.participants(this.#around.followed),
        canFollow: true,
        files: replica.fileEvents.map((event) => this.#views.file(event)),
        messages: [
          ...replica.messages.map((message) => this.#views.message(message)),
          ...this.#pending.values(),
        ],
        hasMore: replica.messages.length >= (replica.connected?.limits.snapshot_messages ?? 1),
        sending: this.#sending,
        readSeq: this.#around.readSeq,
        isAttentive: this.#around.isAttentive,
      },
    });
  }

  #showPending(): void {
    const before = this.#pending;
    const now = this.#pendingMessages();
    this.#pending = now;
    const messages = [...now.values()].filter(
      (message) => JSON.stringify(before.get(message.id)) !== JSON.stringify(message),
    );
    const removed = [...before.keys()].filter((id) => !now.has(id));
    if (messages.length > 0 || removed.length > 0) {
      this.#hear({ type: "chat", chat: { messages, removed } });
    }
    this.#around.changed([]);
    this.#hear({ type: "state", state: this.#editorState() });
  }

  #pendingMessages(): Map<string, EditorChatMessage> {
    const found = new Map<string, EditorChatMessage>();
    for (const item of this.client.unsent.items) {
      const message = this.#views.pending(item);
      if (message !== undefined) {
        found.set(message.id, message);
      }
    }
    return found;
  }

  #editorState(): EditorState {
    const { replica, unsent } = this.client;
    const { session, connected } = replica;
    const items = unsent.items;
    const refused = items.filter(({ refusal }) => refusal !== undefined).length;
    return {
      state: STATES[this.#state],
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      is_over: this.isOver,
      ...(session === undefined
        ? {}
        : { session, session_id: session.id, title: this.#views.oneLine(session.title) }),
      ...(connected === undefined
        ? {}
        : {
            limits: connected.limits,
            user_id: connected.user.id,
            username: this.#views.oneLine(connected.user.username),
            role: connected.role,
          }),
      participants: replica.participants.size,
      pending: items.length - refused,
      refused,
    };
  }

  #count(change: number): void {
    this.#sending += change;
    this.#hear({ type: "sending", count: this.#sending });
  }

  #run(what: string, work: Promise<void>): void {
    work.then(undefined, (error: unknown) => this.#around.fault(what, error));
  }
}
