// One socket of a client, from its opening over the answer to its join to its end.
import { DecodeError, decodeServerMessage, mayBeNewer, namesSession } from "./decode.ts";
import type { Environment, Frame, Socket } from "./environment.ts";
import { type Close, UnreadableAnswer } from "./failures.ts";
import { GRACE_SECONDS } from "./generated/codes.ts";
import type {
  Connected,
  ErrorCode,
  JoinSession,
  Error as Refusal,
  ServerMessage,
} from "./generated/protocol.ts";
import type { Timing } from "./timing.ts";

/** The end of a socket, and why. */
export type End =
  | { readonly kind: "notOpened" }
  | { readonly kind: "refused"; readonly error: Refusal }
  | { readonly kind: "unreadable"; readonly error: UnreadableAnswer }
  | { readonly kind: "closed"; readonly close: Close; readonly wasJoined: boolean }
  /** No answer came in time. */
  | { readonly kind: "silent" }
  /** An event is missing. */
  | { readonly kind: "missed" };

/** The receiver of what a conversation brings. */
export interface Listener {
  /** A host has to admit the user. */
  pending(): void;
  joined(connected: Connected): void;
  /** False if an event before this one is missing. */
  received(message: ServerMessage): boolean;
  receivedBytes(frame: Uint8Array): void;
  /** A message of the server makes no sense; it is left out. */
  unreadable(code: ErrorCode): void;
  /** It is over; nothing comes after this. */
  ended(end: End): void;
}

/** Joins on a socket, then sends and receives. */
export class Conversation {
  readonly #environment: Environment;
  readonly #timing: Timing;
  readonly #join: JoinSession;
  readonly #listener: Listener;
  readonly #socket: Socket;
  #phase: "opening" | "joining" | "joined" | "over" = "opening";
  #unreadable: UnreadableAnswer | undefined;
  #deadline = 0;
  #cancel: () => void = () => {};
  #wasHeard = true;

  /** Begin to open the socket, which may throw. */
  constructor(
    environment: Environment,
    timing: Timing,
    url: string,
    join: JoinSession,
    listener: Listener,
  ) {
    this.#environment = environment;
    this.#timing = timing;
    this.#join = join;
    this.#listener = listener;
    this.#socket = environment.openSocket(url, {
      opened: () => this.#opened(),
      received: (frame) => this.#received(frame),
      closed: (close) => this.#closed(close),
    });
    this.#within(timing.connect, () => this.#end({ kind: "notOpened" }));
  }

  /** Send frames, one right after the other. */
  write(frames: readonly Frame[]): void {
    if (this.#phase === "joined") {
      for (const frame of frames) {
        this.#socket.send(frame);
      }
    }
  }

  /** Ask the server for a sign that it is there; without one in these seconds it is over. */
  probe(seconds = this.#timing.answer): void {
    if (this.#phase !== "joined") {
      return;
    }
    this.#wasHeard = false;
    // It changes nothing, is acknowledged, and does not count as a query.
    const { session_id } = this.#join;
    const request_id = this.#environment.newId();
    this.#socket.send(JSON.stringify({ type: "presence_update", session_id, request_id }));
    this.#within(seconds, () => {
      if (this.#wasHeard) {
        this.#watch();
      } else {
        this.#end({ kind: "silent" });
      }
    });
  }

  /** End it; the listener hears nothing of it. */
  close(): void {
    this.#phase = "over";
    this.#cancel();
    this.#socket.close();
  }

  #opened(): void {
    if (this.#phase !== "opening") {
      return;
    }
    this.#phase = "joining";
    this.#socket.send(JSON.stringify(this.#join));
    this.#answerWithin(this.#timing.join);
  }

  #closed(close: Close): void {
    if (this.#phase === "opening") {
      this.#end({ kind: "notOpened" });
    } else {
      this.#end({ kind: "closed", close, wasJoined: this.#phase === "joined" });
    }
  }

  #received(frame: Frame): void {
    this.#wasHeard = true;
    if (this.#phase === "joining") {
      this.#answer(frame);
    } else if (this.#phase === "joined" && typeof frame !== "string") {
      this.#listener.receivedBytes(frame);
    } else if (this.#phase === "joined") {
      this.#message(frame as string);
    }
  }

  #message(frame: string): void {
    let message: ServerMessage | undefined;
    try {
      message = decodeServerMessage(frame);
    } catch (error) {
      if (!(error instanceof DecodeError)) {
        throw error;
      }
      this.#listener.unreadable(error.code);
    }
    if (message !== undefined && !this.#listener.received(message)) {
      this.#end({ kind: "missed" });
    }
  }

  #answer(frame: Frame): void {
    let message: ServerMessage | undefined;
    try {
      message = readAnswer(frame);
      checkAnswer(message, this.#join);
    } catch (error) {
      if (!(error instanceof UnreadableAnswer)) {
        throw error;
      }
      this.#notRead(error, frame);
      return;
    }
    if (message?.type === "error") {
      this.#end({ kind: "refused", error: message });
    } else if (message?.type === "join_pending") {
      this.#unreadable = undefined;
      this.#answerWithin(message.timeout + this.#timing.join);
      this.#listener.pending();
    } else if (message?.type === "connected") {
      this.#phase = "joined";
      this.#watch();
      this.#listener.joined(message);
    }
  }

  #notRead(error: UnreadableAnswer, frame: Frame): void {
    if (typeof frame === "string" && namesAJoin(frame, this.#join.session_id)) {
      this.#end({ kind: "unreadable", error });
      return;
    }
    if (this.#unreadable === undefined) {
      // The answer may be behind something that is not the server's.
      const left = (this.#deadline - this.#environment.now()) / 1000;
      this.#answerWithin(Math.min(GRACE_SECONDS, Math.max(0, left)));
    }
    this.#unreadable = error;
  }

  #answerWithin(seconds: number): void {
    this.#deadline = this.#environment.now() + seconds * 1000;
    this.#within(seconds, () => {
      const error = this.#unreadable;
      this.#end(error === undefined ? { kind: "silent" } : { kind: "unreadable", error });
    });
  }

  /** Browsers answer the server's pings, and do not say when those stop. */
  #watch(): void {
    this.#wasHeard = false;
    this.#within(this.#timing.silence, () => {
      if (this.#wasHeard) {
        this.#watch();
      } else {
        this.probe();
      }
    });
  }

  #within(seconds: number, act: () => void): void {
    this.#cancel();
    this.#cancel = this.#environment.later(seconds, act);
  }

  #end(end: End): void {
    if (this.#phase === "over") {
      return;
    }
    this.close();
    this.#listener.ended(end);
  }
}

/** A message before the session is there; undefined for one that a newer server may send. */
function readAnswer(frame: Frame): ServerMessage | undefined {
  if (typeof frame !== "string") {
    throw new UnreadableAnswer("it is no message of a Peerline server");
  }
  let message: ServerMessage | undefined;
  try {
    message = decodeServerMessage(frame);
  } catch (error) {
    throw error instanceof DecodeError ? new UnreadableAnswer(error.message) : error;
  }
  if (message === undefined && !mayBeNewer(frame)) {
    throw new UnreadableAnswer("it is no message of a Peerline server");
  }
  return message;
}

function checkAnswer(message: ServerMessage | undefined, join: JoinSession): void {
  if (message?.type !== "connected") {
    return;
  }
  if (message.session_id !== join.session_id) {
    throw new UnreadableAnswer("it is about another session");
  }
  if (message.resumed === true && join.resume === undefined) {
    throw new UnreadableAnswer("it goes on with a session that was not there");
  }
}

/** Whether it is the answer to a join, though it cannot be used: another one would be alike. */
function namesAJoin(frame: string, sessionId: string): boolean {
  if (namesSession(frame, sessionId)) {
    return true;
  }
  try {
    return decodeServerMessage(frame)?.type === "connected";
  } catch {
    return false;
  }
}
