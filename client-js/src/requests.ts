// Requests that wait for their answer, across reconnects: each has its effect once.
import { mayRetry } from "./codes.ts";
import { encodeShare } from "./documents/frames.ts";
import type { Environment, Frame } from "./environment.ts";
import {
  type ClientError,
  NotConnected,
  OutcomeUnknown,
  RequestRefused,
  RequestTimeout,
  TooManyRequests,
} from "./errors.ts";
import { LONGEST_ADVICE } from "./failures.ts";
import {
  MAX_PENDING,
  MAX_SHARE_IN_MESSAGE,
  MAX_UNSETTLED,
  UNKNOWN_RETRY_SECONDS,
} from "./generated/codes.ts";
import type {
  Ack,
  ClientMessage,
  Error as Refusal,
  ServerMessage,
  ShareDocument,
} from "./generated/protocol.ts";
import { inWords } from "./words.ts";

/** An answer to a request: that it had its effect, or what was asked for. */
export type Answered = Exclude<Extract<ServerMessage, { request_id?: string }>, Refusal>;

type Numbered = ClientMessage & { request_id: string };

interface Waiting {
  readonly message: Numbered;
  /** Whether the server has said that it may have had its effect. */
  isUnknown: boolean;
  readonly resolve: (answer: Answered) => void;
  readonly reject: (error: ClientError) => void;
  readonly cancel: () => void;
}

interface Unsettled {
  readonly message: Numbered;
  readonly isUnknown: boolean;
  answer?: Answered;
}

/** The requests of a client. */
export class Requests {
  readonly #environment: Environment;
  readonly #seconds: number;
  readonly #isJoined: () => boolean;
  readonly #write: (frames: readonly Frame[]) => void;
  readonly #waiting = new Map<string, Waiting>();
  readonly #unsettled = new Map<string, Unsettled>();

  /** `write` sends frames one right after the other; `seconds` is the time for an answer. */
  constructor(
    environment: Environment,
    seconds: number,
    isJoined: () => boolean,
    write: (frames: readonly Frame[]) => void,
  ) {
    this.#environment = environment;
    this.#seconds = seconds;
    this.#isJoined = isJoined;
    this.#write = write;
  }

  /** Send a request and wait for its answer; rejects with a `ClientError`. */
  send(message: ClientMessage): Promise<Answered> {
    const id = message.request_id ?? this.#environment.newId();
    const numbered: Numbered = { ...message, request_id: id };
    if (this.#waiting.size >= MAX_PENDING) {
      return Promise.reject(new TooManyRequests(`${MAX_PENDING} requests wait for the server`));
    }
    const before = this.#unsettled.get(id);
    this.#unsettled.delete(id);
    if (before?.answer !== undefined && isSame(before.message, numbered)) {
      // The answer came after nobody waited for it any more.
      return Promise.resolve(before.answer);
    }
    return new Promise((resolve, reject) => {
      const cancel = this.#environment.later(this.#seconds, () => this.#timeOut(id));
      const isUnknown = before?.isUnknown ?? false;
      this.#waiting.set(id, { message: numbered, isUnknown, resolve, reject, cancel });
      if (this.#isJoined()) {
        this.#write(framesOf(numbered));
      }
    });
  }

  /** A request that timed out, if its outcome is still unknown. */
  unsettled(requestId: string): ClientMessage | undefined {
    return this.#unsettled.get(requestId)?.message;
  }

  /**
   * Settle the request that the message answers; false if there is none.
   *
   * A request of unknown outcome is sent again instead, when the server says.
   */
  settle(message: Answered | Refusal): boolean {
    const id = message.request_id ?? "";
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) {
      const unsettled = this.#unsettled.get(id);
      if (unsettled !== undefined && message.type !== "error") {
        unsettled.answer ??= message;
      }
      return unsettled !== undefined;
    }
    if (message.type !== "error") {
      this.#forget(id, waiting);
      waiting.resolve(message);
      return true;
    }
    waiting.isUnknown ||= message.outcome === "unknown";
    if (waiting.isUnknown && mayRetry(message.error_code)) {
      const seconds = message.retry_after ?? UNKNOWN_RETRY_SECONDS;
      this.#environment.later(Math.min(seconds, LONGEST_ADVICE), () => this.#sendAgain(id));
      return true;
    }
    this.#forget(id, waiting);
    const { error_code: code, retry_after: retryAfter, document_id: documentId } = message;
    const text = inWords(code, message.message);
    waiting.reject(new RequestRefused(code, text, retryAfter, documentId));
    return true;
  }

  /** Send each request that has no answer, in order, on a new connection. */
  sendAllAgain(): void {
    for (const { message } of this.#waiting.values()) {
      this.#write(framesOf(message));
    }
  }

  /** End each request with `NotConnected`: no answer will come. */
  failAll(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#unsettled.clear();
    for (const { message, reject, cancel } of waiting) {
      cancel();
      reject(new NotConnected("the connection was closed", message));
    }
  }

  #timeOut(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) {
      return;
    }
    const { message, isUnknown } = waiting;
    this.#waiting.delete(id);
    this.#unsettled.set(id, { message, isUnknown });
    const [oldest] = this.#unsettled.keys();
    if (this.#unsettled.size > MAX_UNSETTLED && oldest !== undefined) {
      this.#unsettled.delete(oldest);
    }
    const error = isUnknown
      ? new OutcomeUnknown(
          "the server's disk failed: the request may have been stored or not",
          message,
        )
      : new RequestTimeout(
          "the server did not answer in time; the request may still be carried out",
          message,
        );
    waiting.reject(error);
  }

  #sendAgain(id: string): void {
    // It may have been answered meanwhile.
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined && this.#isJoined()) {
      this.#write(framesOf(waiting.message));
    }
  }

  #forget(id: string, waiting: Waiting): void {
    this.#waiting.delete(id);
    waiting.cancel();
  }
}

/** The frames of a request; a long text to share goes in a frame of its own behind it. */
export function framesOf(message: ClientMessage): readonly Frame[] {
  const frame = JSON.stringify(message);
  if (message.type !== "share_document" || frame.length <= MAX_SHARE_IN_MESSAGE) {
    return [frame];
  }
  const { content, ...data } = message.data;
  const head: ShareDocument = { ...message, data };
  return content === undefined ? [frame] : [JSON.stringify(head), encodeShare(content)];
}

/** Whether an answer says only that a request had its effect. */
export function isAck(answer: Answered): answer is Ack {
  return answer.type === "ack";
}

/** Whether a message may answer a request. */
export function isAnswer(
  message: ServerMessage,
): message is Extract<ServerMessage, { type: Answered["type"] | "error" }> {
  return message.type === "error" || "request_id" in message;
}

function isSame(one: unknown, two: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}
