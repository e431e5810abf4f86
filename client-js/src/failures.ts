// Reasons why a connection ended, as sentences, and whether the client comes back. Pure.
import { errorOfClose, mayReconnect, mayRetry } from "./codes.ts";
import { CLOSE, CLOSE_CODE_FOR_ERROR } from "./generated/codes.ts";
import type { ErrorCode, Error as Refusal } from "./generated/protocol.ts";
import { revealControls } from "./text.ts";
import { inWords } from "./words.ts";

/** Seconds that a server may have a client wait. */
export const LONGEST_ADVICE = 300;
const MOST_QUOTED = 200;

/** The end of a connection, or of the attempt to make one. */
export interface Failure {
  /** For the user. */
  readonly reason: string;
  /** A decision of the server, which would decide the same again. */
  readonly code?: ErrorCode;
  /** Seconds that the server wants the client to wait. */
  readonly advised?: number;
  /** Whether another attempt would end in the same way. */
  readonly isFinal: boolean;
}

/** The server's answer to the join cannot be read; the text says why, without its content. */
export class UnreadableAnswer extends Error {
  override readonly name = "UnreadableAnswer";
}

/**
 * No connection was made. A browser does not say why, so that the client tries again, whatever it
 * is.
 */
export function ofOpening(address: string): Failure {
  return { reason: `cannot reach ${address}`, isFinal: false };
}

/**
 * An answer to the join cannot be read: another one would be alike. A client that was joined there
 * waits: whatever is in the way may go away.
 */
export function ofUnreadable(
  error: UnreadableAnswer,
  address: string,
  wasJoined: boolean,
): Failure {
  const detail = revealControls(error.message.trim().slice(0, MOST_QUOTED), "").replace(/\.$/, "");
  const reason =
    `The answer of the server at ${address} cannot be read (${detail || "it is broken"}): ` +
    "update the older Peerline, or check the address.";
  return { reason, isFinal: !wasJoined };
}

/** Another server answers where the session is, such as one that took its port meanwhile. */
export function ofAnotherServer(address: string): Failure {
  return { reason: `Another server answers at ${address}; waiting for yours.`, isFinal: false };
}

/**
 * Whether a refusal comes from another server than the one that the client was joined at.
 *
 * A browser does not show a server's id, so it is concluded from what a server never says whose
 * session one was in: that it does not know the session, or a token that has not expired.
 */
export function isAnotherServer(code: ErrorCode | undefined, hasExpired: boolean): boolean {
  return code === "SESSION_NOT_FOUND" || (code === "TOKEN_INVALID" && !hasExpired);
}

/** The server refused the join. */
export function ofRefusal(error: Refusal): Failure {
  const isFinal = !mayRetry(error.error_code) && error.retry_after === undefined;
  return {
    reason: inWords(error.error_code, error.message),
    ...(isFinal ? { code: error.error_code } : {}),
    ...bounded(error.retry_after),
    isFinal,
  };
}

/** The close of a socket. A code of 1006 stands for none: the connection broke. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/**
 * A connection ended that was open.
 *
 * `advised` is how long a server that stops wants clients to wait, `told` the last error that it
 * sent.
 */
export function ofClose(close: Close, advised?: number, told?: ErrorCode): Failure {
  if (close.code === 1006) {
    return { reason: "the connection broke", isFinal: false };
  }
  const said = revealControls(close.reason) || `the server closed the connection (${close.code})`;
  if (mayReconnect(close.code)) {
    return {
      reason: said,
      ...(close.code === CLOSE.SHUTDOWN ? bounded(advised) : {}),
      isFinal: false,
    };
  }
  const wasTold = told !== undefined && CLOSE_CODE_FOR_ERROR[told] === close.code;
  const code = wasTold ? told : (errorOfClose(close.code) ?? "NOT_JOINED");
  return { reason: inWords(code, said), code, isFinal: true };
}

function bounded(advised: number | undefined): { advised?: number } {
  return advised === undefined ? {} : { advised: Math.min(advised, LONGEST_ADVICE) };
}
