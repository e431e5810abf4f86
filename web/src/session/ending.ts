// Why a user is not in a session, or not yet, and what they can do about it. Pure.
import type { ErrorCode } from "@peerline/client/session";
import { asSentence } from "@peerline/ui/refusal";

/** The end of a session for this user, as the client tells it. */
export interface SessionEnd {
  readonly code: ErrorCode | undefined;
  readonly reason: string | undefined;
}

/** The end of a session for this user, as a dialog says it. */
export interface Ending {
  readonly title: string;
  /** The reason, as the server gives it. */
  readonly reason: string;
  /** The next thing to do. */
  readonly advice: string;
  /** Whether joining again may help. */
  readonly mayRetry: boolean;
}

type Words = readonly [title: string, advice: string, mayRetry: boolean];

const ASK_FOR_LINK = "Ask a host for a new link.";
const WORDS: Readonly<Partial<Record<ErrorCode, Words>>> = {
  BANNED: ["You were removed", "To come back, ask a host.", false],
  NOT_A_PARTICIPANT: ["You are not a participant", ASK_FOR_LINK, false],
  SESSION_ENDED: ["The session has ended", "Nobody can join it again. Start another one.", false],
  SESSION_NOT_FOUND: ["There is no such session", "Check the link, or ask for it again.", false],
  INVITE_INVALID: ["This link no longer works", ASK_FOR_LINK, false],
  INVITE_EXPIRED: ["This link has expired", ASK_FOR_LINK, false],
  INVITE_EXHAUSTED: ["This link was used up", ASK_FOR_LINK, false],
  INVITE_FULL: ["This link takes no more guests", ASK_FOR_LINK, false],
  AGENT_LIMIT: ["Too many agents", "End another agent of yours first.", true],
  JOIN_DENIED: ["Your request was declined", "Ask a host, and then try again.", true],
  JOIN_UNANSWERED: ["No host answered", "Ask a host to be there, and try again.", true],
  AUTH_REQUIRED: ["You need an invite", ASK_FOR_LINK, false],
  TOKEN_EXPIRED: ["Your sign-in has expired", "Open the invite link again to come back.", true],
  TOKEN_REVOKED: ["Your sign-in was revoked", ASK_FOR_LINK, false],
  TOKEN_INVALID: ["Your sign-in is not valid", "Open the invite link again.", true],
  CREATION_DENIED: ["The session cannot be created", "Ask for a link to a session.", false],
};
const OTHERWISE: Words = ["You are not in the session", "Try again in a moment.", true];

/** The end that has this code and reason; a code that has no words of its own may pass. */
export function endingOf({ code, reason }: SessionEnd): Ending {
  const [title, advice, mayRetry] = (code === undefined ? undefined : WORDS[code]) ?? OTHERWISE;
  return { title, reason: asSentence(reason ?? ""), advice, mayRetry };
}

/** The end in one paragraph. */
export function endingText({ reason, advice }: Ending): string {
  return reason === "" || reason.includes(advice) ? reason || advice : `${reason} ${advice}`;
}
