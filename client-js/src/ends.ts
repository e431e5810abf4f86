// The end of a conversation as a failure: whether the client comes back, and why not. Pure.
import type { End } from "./conversation.ts";
import {
  type Failure,
  isAnotherServer,
  ofAnotherServer,
  ofClose,
  ofOpening,
  ofRefusal,
  ofUnreadable,
} from "./failures.ts";
import type { ErrorCode } from "./generated/protocol.ts";

/** The circumstances of an end. */
export interface Circumstances {
  readonly address: string;
  /** Whether the client has been in the session before. */
  readonly wasJoined: boolean;
  /** Whether its token has expired. */
  readonly hasExpired: boolean;
  /** Seconds that the server wants the client to wait. */
  readonly advised?: number | undefined;
  /** The last error of the connection that answered no request. */
  readonly told?: ErrorCode | undefined;
}

/** The failure that an end is. */
export function failureOf(end: End, given: Circumstances): Failure {
  switch (end.kind) {
    case "notOpened":
      return ofOpening(given.address);
    case "refused":
      return unlessElsewhere(ofRefusal(end.error), given);
    case "unreadable":
      return ofUnreadable(end.error, given.address, given.wasJoined);
    case "closed": {
      const failure = ofClose(end.close, given.advised, given.told);
      return end.wasJoined ? failure : unlessElsewhere(failure, given);
    }
    case "silent":
      return { reason: "the server did not answer in time", isFinal: false };
    case "missed":
      return { reason: "an event was missed", isFinal: false };
  }
}

/** A refusal, unless it is another server's than the one that the client was joined at. */
function unlessElsewhere(failure: Failure, given: Circumstances): Failure {
  const isOther = given.wasJoined && isAnotherServer(failure.code, given.hasExpired);
  return isOther ? ofAnotherServer(given.address) : failure;
}
