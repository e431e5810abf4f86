// The user that a client joins as: its credentials, and the token in use. Pure.
import type { ClientInfo, ErrorCode, JoinSession, SessionToCreate } from "./generated/protocol.ts";
import type { SessionLink } from "./link.ts";
import type { Replica } from "./replica.ts";
import type { TokenKeeper } from "./tokens.ts";

/** Errors that another token may help against. */
export const TOKEN_ERRORS: readonly ErrorCode[] = ["TOKEN_EXPIRED", "TOKEN_INVALID"];

/**
 * The credentials of a client: a token, an invite with a guest's name, or both.
 *
 * `guestToken` is what a guest was given before. It is no account: if the server does not take it
 * any more, the invite makes a new guest.
 */
export interface Credentials {
  readonly authToken?: string;
  readonly invite?: string;
  readonly username?: string;
  readonly guestToken?: string;
}

/** The credentials of a client, and whether its next join is another user's. */
export class Identity {
  readonly #tokens: TokenKeeper;
  #credentials: Credentials;
  #isNew = false;

  constructor(credentials: Credentials, tokens: TokenKeeper) {
    this.#credentials = credentials;
    this.#tokens = tokens;
  }

  /** The token that a guest was given, to come back with as the same guest. */
  get guestToken(): string | undefined {
    return this.#credentials.authToken === undefined ? this.#tokens.current : undefined;
  }

  /** The message to join with. */
  joinMessage(
    link: SessionLink,
    replica: Replica,
    info: ClientInfo | undefined,
    create: SessionToCreate | undefined,
  ): JoinSession {
    const { current } = this.#tokens;
    const { invite, username } = this.#credentials;
    const hasState = replica.session !== undefined;
    // A user who comes back is known. The invite could give a role that a host has taken since.
    const isKnown = hasState && current !== undefined && !this.#isNew;
    return {
      type: "join_session",
      session_id: link.sessionId,
      ...(current === undefined ? {} : { auth_token: current }),
      ...(isKnown || invite === undefined ? {} : { invite }),
      ...(username === undefined ? {} : { username }),
      ...(info === undefined ? {} : { client: info }),
      ...(hasState ? { resume: { epoch: replica.epoch, seq: replica.seq } } : {}),
      ...(hasState || create === undefined ? {} : { create }),
    };
  }

  /** Join under another name from now on. */
  rename(username: string): void {
    this.#credentials = { ...this.#credentials, username };
  }

  /** The server knows the user now. */
  joined(): void {
    this.#isNew = false;
  }

  /** Use another token from now on. */
  signIn(authToken: string): void {
    // A guest who signs in is somebody else, who may need the invite.
    this.#isNew ||= this.#credentials.authToken === undefined;
    this.#tokens.current = authToken;
    this.#credentials = { ...this.#credentials, authToken };
  }

  /** Drop a guest's token that the server refused; false if the user is no guest. */
  becomeNewGuest(): boolean {
    const { authToken, invite } = this.#credentials;
    if (authToken !== undefined || invite === undefined || this.#tokens.current === undefined) {
      return false;
    }
    this.#tokens.current = undefined;
    return true;
  }
}

/** Whether another token may help against an error. */
export function isTokenError(code: ErrorCode | undefined): boolean {
  return code !== undefined && TOKEN_ERRORS.includes(code);
}
