// The token that a client signs in with, and where a newer one comes from. Pure.

/** Gives a newer token of the same user, or undefined if there is none. */
export type GetToken = () => Promise<string | undefined>;

const AROUND = " \t\r\n\v\f\ufeff\u200b\u00a0\"'";

/**
 * A token without the `Bearer`, quotes, white space or byte order mark it was copied with.
 *
 * Undefined if there is none.
 */
export function cleanToken(text: string | undefined): string | undefined {
  let token = strip(text ?? "");
  const [behind] = token.slice(6);
  if (token.slice(0, 6).toLowerCase() === "bearer" && (!behind || AROUND.includes(behind))) {
    token = strip(token.slice(6));
  }
  return token === "" ? undefined : token;
}

/** Whether the claim exp of a token lies before `now`, in seconds; false where it has none. */
export function hasExpired(token: string | undefined, now: number): boolean {
  const payload = (token ?? "").split(".")[1];
  if (payload === undefined) {
    return false;
  }
  try {
    const text = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
    const claims: unknown = JSON.parse(text);
    const exp =
      typeof claims === "object" && claims !== null && "exp" in claims ? Number(claims.exp) : NaN;
    return exp < now;
  } catch {
    return false;
  }
}

/**
 * Holds the latest token.
 *
 * `getToken` is asked for a newer one when the server says that the one in use expires, or has
 * expired; `onToken` is called with each token that the server gives, a guest's, to be kept.
 */
export class TokenKeeper {
  current: string | undefined;
  readonly #getToken: GetToken | undefined;
  readonly #onToken: ((token: string) => void) | undefined;
  readonly #onFault: (what: string, error: unknown) => void;

  constructor(
    token: string | undefined,
    getToken: GetToken | undefined,
    onToken: ((token: string) => void) | undefined,
    onFault: (what: string, error: unknown) => void,
  ) {
    this.current = cleanToken(token);
    this.#getToken = getToken;
    this.#onToken = onToken;
    this.#onFault = onFault;
  }

  /** Use the token that the server gave from now on. */
  take(token: string): void {
    this.current = token;
    try {
      this.#onToken?.(token);
    } catch (error) {
      this.#onFault("keeping a token", error);
    }
  }

  /** Ask for a newer token; whether there is one, which then is the current one. */
  async getNewer(): Promise<boolean> {
    let token: string | undefined;
    try {
      token = cleanToken(await this.#getToken?.());
    } catch (error) {
      this.#onFault("getting a newer token", error);
    }
    if (token === undefined || token === this.current) {
      return false;
    }
    this.current = token;
    return true;
  }
}

function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && AROUND.includes(text.charAt(start))) {
    start += 1;
  }
  while (end > start && AROUND.includes(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}
