// Keeps one session's socket: connects, joins, backs off, resumes, and sends what waits.
import { Asking } from "./asking.ts";
import { Backoff } from "./backoff.ts";
import type { Change } from "./changes.ts";
import { Chat } from "./chat.ts";
import { mayRejoin } from "./codes.ts";
import { CommentThreads } from "./comments.ts";
import { Conversation, type End } from "./conversation.ts";
import { failureOf } from "./ends.ts";
import { type Environment, realEnvironment } from "./environment.ts";
import type { Failure } from "./failures.ts";
import type { Connected, CursorData, ErrorCode, ServerMessage } from "./generated/protocol.ts";
import { Hosting } from "./hosting.ts";
import { Identity, isTokenError } from "./identity.ts";
import { type SessionLink, webSocketUrl } from "./link.ts";
import { LocalPresence, type OwnPresence } from "./localPresence.ts";
import { Offers } from "./offers.ts";
import type { ClientOptions, LinkState } from "./options.ts";
import type { Part, PartEdges } from "./parts.ts";
import { isAnswer, Requests } from "./requests.ts";
import { memoryStore } from "./stores.ts";
import { TIMING, type Timing } from "./timing.ts";
import { cleanToken, hasExpired, TokenKeeper } from "./tokens.ts";
import { Unsent } from "./unsent.ts";

/** A client without shared documents; these can be added later, as a part. */
export class SessionClient extends Asking {
  readonly unsent: Unsent;
  readonly chat: Chat;
  readonly comments: CommentThreads;
  readonly hosting: Hosting;
  readonly offers: Offers;
  readonly #options: ClientOptions;
  readonly #environment: Environment;
  readonly #timing: Timing;
  readonly #backoff: Backoff;
  readonly #tokens: TokenKeeper;
  protected readonly identity: Identity;
  protected readonly link: SessionLink;
  protected readonly requests: Requests;
  readonly #presence = new LocalPresence();
  readonly #parts: Part[] = [];
  #state: LinkState = "connecting";
  #conversation: Conversation | undefined;
  /** The last error of this connection that answered no request. */
  #told: ErrorCode | undefined;
  #advised: number | undefined;
  #cancelRetry: () => void = () => {};
  #presenceWaits = false;
  #left: (() => void) | undefined;

  constructor(options: ClientOptions) {
    super();
    const environment = options.environment ?? realEnvironment;
    const { link, credentials, getToken, onToken } = options;
    this.#options = options;
    this.link = link;
    this.#environment = environment;
    this.#timing = { ...TIMING, ...options.timing };
    const { backoffBase, backoffCap, request } = this.#timing;
    this.#backoff = new Backoff(() => environment.random(), backoffBase, backoffCap);
    this.#tokens = new TokenKeeper(
      credentials.authToken ?? credentials.guestToken,
      getToken,
      onToken,
      (what, error) => this.#fault(what, error),
    );
    this.identity = new Identity(credentials, this.#tokens);
    this.requests = new Requests(
      environment,
      request,
      () => this.#state === "joined",
      (frames) => this.#conversation?.write(frames),
    );
    this.unsent = new Unsent(
      link.sessionId,
      environment,
      options.store ?? memoryStore(),
      (message) => this.acked(message),
      () => this.#show("showing unsent messages", () => options.onUnsent?.()),
    );
    this.chat = new Chat(this, this.unsent);
    this.comments = new CommentThreads(this, this.unsent);
    this.hosting = new Hosting(this);
    this.offers = new Offers(this, this.replica, environment);
  }

  override get state(): LinkState {
    return this.#state;
  }

  /** The token that a guest was given, to come back with as the same guest. */
  get guestToken(): string | undefined {
    return this.identity.guestToken;
  }

  protected override newId(): string {
    return this.#environment.newId();
  }

  /** Have a part follow the session from now on. */
  add<T extends Part>(make: (edges: PartEdges) => T): T {
    const part = make({
      sessionId: this.link.sessionId,
      client: this,
      replica: this.replica,
      environment: this.#environment,
      write: (frame) => this.#conversation?.write([frame]),
      fault: (what, error) => this.#fault(what, error),
    });
    this.#parts.push(part);
    if (this.#state === "joined") {
      part.joined();
    } else if (this.#state === "closed") {
      part.end("the client was closed");
    }
    return part;
  }

  /** Begin to connect; `onState` says how it goes. A client that was closed stays so. */
  start(): void {
    if (this.#state === "closed" || this.#conversation !== undefined) {
      return;
    }
    this.#run("loading unsent messages", this.unsent.load());
    this.#connect();
  }

  /** My cursor is here now, or in no file. Only the latest is sent, and after each join. */
  sendCursor(cursor?: CursorData): void {
    this.#presence.setCursor(cursor);
    this.#tellPresence();
  }

  /** My status or viewport is this now. Only the latest is sent, and again after a join. */
  sendPresence(presence: OwnPresence): void {
    this.#presence.set(presence);
    this.#tellPresence();
  }

  /**
   * Look whether the connection is still there, as after a sleep; without an answer in some seconds
   * it is made again. While the client waits to reconnect it does so at once.
   */
  wake(seconds = 5): void {
    if (this.#state === "joined") {
      this.#conversation?.probe(seconds);
    } else if (this.#state === "reconnecting" && this.#conversation === undefined) {
      this.#connect();
    }
  }

  /** Sign in with another token from now on; at once if the client waits for one. */
  renew(authToken: string): void {
    const token = cleanToken(authToken) ?? authToken;
    this.identity.signIn(token);
    if (this.#state === "token_needed") {
      this.#setState("reconnecting", "signing in with the new token");
      this.#connect();
    } else if (this.#state === "joined") {
      this.#tellToken(token);
    }
  }

  /** Leave the session and stop; others see it at once. */
  async leave(): Promise<void> {
    if (this.#state === "joined") {
      const session_id = this.link.sessionId;
      await new Promise<void>((resolve) => {
        this.#left = resolve;
        this.#environment.later(this.#timing.leave, resolve);
        this.#conversation?.write([JSON.stringify({ type: "leave_session", session_id })]);
      });
    }
    this.close();
  }

  /** Stop, without saying so to the others. Unsent messages stay where they are kept. */
  close(): void {
    this.#finish();
  }

  #connect(): void {
    this.#cancelRetry();
    const { info, create } = this.#options;
    const { link } = this;
    const join = this.identity.joinMessage(link, this.replica, info, create);
    this.#told = undefined;
    try {
      this.#conversation = new Conversation(
        this.#environment,
        this.#timing,
        webSocketUrl(link),
        join,
        {
          pending: () => this.#setState("waiting", "waiting for a host to admit you"),
          joined: (connected) => this.#joined(connected),
          received: (message) => this.#received(message),
          receivedBytes: (frame) => this.#tell((part) => part.receiveFrame(frame)),
          unreadable: (code) => this.#fault(`reading a message of the server (${code})`, undefined),
          ended: (end) => this.#ended(end),
        },
      );
    } catch {
      // A browser refuses, such as a socket without TLS in a page that came with it.
      this.#finish(`The connection to ${link.address} is not allowed here.`);
    }
  }

  #ended(end: End): void {
    this.#conversation = undefined;
    this.#tell((part) => part.lost());
    this.unsent.parted();
    if (this.#left !== undefined) {
      this.#left();
      return;
    }
    this.#run("ending a connection", this.#goOn(this.#failureOf(end)));
  }

  /** Come back, unless that is of no use. */
  async #goOn(failure: Failure): Promise<void> {
    const { code, reason, advised } = failure;
    let isFinal = failure.isFinal;
    const isNewer = code === "TOKEN_EXPIRED" && (await this.#tokens.getNewer());
    if (this.#state === "closed") {
      return; // meanwhile
    }
    if (isNewer) {
      isFinal = false;
    } else if (isTokenError(code) && this.identity.becomeNewGuest()) {
      this.#retry("joining as a new guest");
      return;
    } else if (this.#asksForToken(code)) {
      this.#setState("token_needed", reason, code);
      return;
    }
    if (isFinal) {
      this.#finish(reason, code);
    } else {
      this.#retry(reason, advised);
    }
  }

  #retry(reason: string, advised?: number): void {
    this.#setState("reconnecting", reason);
    const seconds = this.#backoff.nextDelay(advised);
    this.#cancelRetry = this.#environment.later(seconds, () => this.#connect());
  }

  #failureOf(end: End): Failure {
    return failureOf(end, {
      address: this.link.address,
      wasJoined: this.replica.session !== undefined,
      hasExpired: hasExpired(this.#tokens.current, this.#environment.now() / 1000),
      advised: this.#advised,
      told: this.#told,
    });
  }

  #joined(message: Connected): void {
    if (message.auth_token !== undefined) {
      this.#tokens.take(message.auth_token);
    }
    this.identity.joined();
    const before = this.replica.connected?.user.id;
    if (before !== undefined && before !== message.user.id) {
      // An id of a request is known to the server for its user only: it could count twice.
      this.requests.failAll();
    }
    this.#advised = undefined;
    this.#backoff.succeeded();
    this.#tellChanges(this.replica.apply(message));
    this.requests.sendAllAgain();
    this.#presence.sendAgain();
    this.#state = "joined";
    this.#tellPresence();
    this.#tell((part) => part.joined());
    this.offers.applied();
    this.#run("sending unsent messages", this.unsent.joined(message.user.id));
    this.#setState("joined");
  }

  /** Take over one message; false if one before it is missing. */
  #received(message: ServerMessage): boolean {
    if (isAnswer(message) && this.requests.settle(message) && message.type !== "moderation") {
      return true;
    }
    if (this.#parts.some((part) => part.receive(message))) {
      return true;
    }
    switch (message.type) {
      case "error":
        this.#advised = message.retry_after;
        this.#told = message.error_code;
        return true;
      case "token_renewed":
        this.#tokens.take(message.auth_token);
        return true;
      case "token_expiring":
        this.#run("renewing the token", this.#renewToken());
        return true;
    }
    const changes = this.replica.apply(message);
    if (changes.some((change) => change.kind === "gap")) {
      return false;
    }
    this.#tell((part) => part.apply(changes));
    this.offers.applied();
    this.#tellChanges(changes);
    return true;
  }

  async #renewToken(): Promise<void> {
    if ((await this.#tokens.getNewer()) && this.#tokens.current !== undefined) {
      this.#tellToken(this.#tokens.current);
    }
  }

  #tellToken(token: string): void {
    this.#run("renewing the token", this.request({ type: "renew_token", auth_token: token }));
  }

  #tellPresence(): void {
    if (this.#presenceWaits || this.#state !== "joined") {
      return;
    }
    const messages = this.#presence.take(this.link.sessionId);
    if (messages.length === 0) {
      return;
    }
    this.#conversation?.write(messages.map((message) => JSON.stringify(message)));
    // More would only be coalesced by the server.
    const milliseconds = this.replica.connected?.limits.presence_interval_ms ?? 50;
    this.#presenceWaits = true;
    this.#environment.later(milliseconds / 1000, () => {
      this.#presenceWaits = false;
      this.#tellPresence();
    });
  }

  /** Another token helps: one was good once, and this client may wait for it. */
  #asksForToken(code: ErrorCode | undefined): boolean {
    const wasGood = code === "TOKEN_EXPIRED" || this.replica.session !== undefined;
    return this.#options.waitsForToken === true && isTokenError(code) && wasGood;
  }

  #tell(what: (part: Part) => void): void {
    this.#parts.forEach(what);
  }

  #tellChanges(changes: readonly Change[]): void {
    if (changes.length > 0) {
      this.#show("showing changes", () => this.#options.onChanges?.(changes));
    }
  }

  #setState(state: LinkState, reason?: string, code?: ErrorCode): void {
    this.#state = state;
    this.#show("showing the state", () => this.#options.onState?.(state, reason, code));
  }

  #finish(reason?: string, code?: ErrorCode): void {
    this.#cancelRetry();
    this.#conversation?.close();
    this.#conversation = undefined;
    if (this.#state === "closed") {
      return;
    }
    this.#setState("closed", reason, code);
    this.requests.failAll();
    this.#tell((part) => part.end(reason ?? "the client was closed"));
    this.unsent.parted();
    // After other ends the next join sends what waits.
    if (code !== undefined && !mayRejoin(code)) {
      this.#run(
        "giving up unsent messages",
        this.unsent.giveUp({ code, text: reason ?? "the session is over" }),
      );
    }
  }

  /** Call the user's code; what it throws must not end the connection. */
  #show(what: string, callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#fault(what, error);
    }
  }

  #run(what: string, work: Promise<unknown>): void {
    work.then(undefined, (error: unknown) => this.#fault(what, error));
  }

  #fault(what: string, error: unknown): void {
    this.#options.onFault?.(what, error);
  }
}
