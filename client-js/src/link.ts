// Session links: `peerline://HOST:PORT/SESSION?invite=CODE` (`peerlines://` with TLS), and
// `http://HOST:PORT/s/SESSION#invite=CODE` and the same with `https://`. Pure.
//
// People paste links with what was around them: a sentence, quotes, Markdown, an address that
// carries the link. The link is found in it, and what cannot belong to it is cut.
import { parseAddress } from "./address.ts";
import { DEFAULT_PORT, DEFAULT_TLS_PORT, DEFAULT_WEB_PORT } from "./generated/codes.ts";
import { LinkError } from "./linkError.ts";

export { LinkError };

/** The address of a session and, for an invited user, the code. */
export interface SessionLink extends ServerPlace {
  readonly sessionId: string;
  readonly invite?: string;
}

/** How a server is reached. */
export interface ServerPlace {
  /** HOST:PORT, an IPv6 host in brackets. */
  readonly address: string;
  readonly tls: boolean;
  /** The path under which a proxy has the server, such as `/proxy/8377`; most have none. */
  readonly prefix: string;
}

const NO_LINK = "This is not a Peerline session link.";
const FORMS =
  "A link starts with peerline:// or peerlines://, or with https:// and has /s/ before the session.";
const LONGEST_PREFIX = 256;
/** How often a link may be percent-encoded in the address that carries it. */
const MOST_DECODINGS = 3;
/** Characters that chats and browsers copy along; one that hides or reorders text is refused. */
const ZERO_WIDTH = /[\u200b-\u200f\u2060-\u2064\u2066-\u2069\ufeff]/g;
const VALUES = "[A-Za-z0-9_.~%&=+:-]*";
const CANDIDATE = new RegExp(
  // In a lookahead: one link can be part of the query of another.
  "(?=(?<scheme>peerlines?|https?)://" +
    "(?<authority>[^\\s/?#<>\"'`\\\\|^{}]*)" +
    "(?<path>(?:/+[A-Za-z0-9._~%-]*)*)" +
    `(?:\\?(?<query>${VALUES}))?(?:#(?<fragment>${VALUES}))?(?<rest>[^]*))`,
  "gi",
);
const SERVER = /^(?:(peerlines?|https?|wss?):\/\/)?([^\s/?#]*)((?:\/[A-Za-z0-9._~%-]+)*)\/*$/i;
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  /^[\x00-\x08\x0e-\x1f\x7f\xad\u061c\u180e\u202a-\u202e]+[A-Za-z0-9_-]/;

interface Candidate {
  readonly isPage: boolean;
  readonly tls: boolean;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
  readonly rest: string;
  /** How many underscores stand before the link, as Markdown has them on both sides. */
  readonly emphasis: number;
}

/**
 * Find the link in a text.
 *
 * Of several the first counts; if one of the others is the same with an invite, that one. The
 * address of a web page without an invite, which can be any, counts only without another.
 *
 * @throws LinkError if there is none that can be used.
 */
export function parseLink(text: string): SessionLink {
  let page: SessionLink | undefined;
  let pageProblem: LinkError | undefined;
  for (const shown of decodings(text.replace(ZERO_WIDTH, ""))) {
    let found: SessionLink | undefined;
    let problem: LinkError | undefined;
    for (const candidate of candidates(shown)) {
      const values = `${candidate.query}${candidate.fragment}`;
      const isDoubtful = candidate.isPage && !values.includes("invite=");
      let link: SessionLink;
      try {
        link = read(candidate);
      } catch (error) {
        if (!(error instanceof LinkError)) {
          throw error;
        }
        const refused = new LinkError(`${NO_LINK} ${error.message}`);
        if (isDoubtful) {
          pageProblem ??= refused;
        } else {
          problem ??= refused;
        }
        continue;
      }
      if (isDoubtful) {
        page ??= link;
        continue;
      }
      found ??= link;
      if (found.invite === undefined && isSamePlace(found, link)) {
        found = link;
      }
    }
    if (found !== undefined) {
      return found;
    }
    if (problem !== undefined) {
      throw problem;
    }
  }
  if (page !== undefined) {
    return page;
  }
  throw pageProblem ?? new LinkError(`${NO_LINK} ${FORMS}`);
}

/**
 * The server that a text names: HOST:PORT, or an address with a scheme.
 *
 * @throws LinkError if it names none.
 */
export function parseServer(text: string): ServerPlace {
  const found = SERVER.exec(text.replace(ZERO_WIDTH, "").trim());
  const [, scheme, authority = "", path = ""] = found ?? [];
  if (found === null || (path !== "" && scheme === undefined)) {
    throw new LinkError("It is not the address of a server.");
  }
  const tls = /s$/i.test(scheme ?? "");
  return {
    address: parseAddress(authority, defaultPort(tls, /^(?:http|ws)$/i.test(scheme ?? ""))),
    tls,
    prefix: prefixOf(path.split("/").filter((name) => name !== "")),
  };
}

/** The address to connect to; the invite goes into the first message, not into the URL. */
export function webSocketUrl(link: SessionLink): string {
  const scheme = link.tls ? "wss" : "ws";
  return `${scheme}://${link.address}${link.prefix}/ws/session/${link.sessionId}`;
}

/** The link for people, which opens the session's page. The invite never reaches a server's log. */
export function pageUrl(link: SessionLink): string {
  const scheme = link.tls ? "https" : "http";
  const fragment = link.invite === undefined ? "" : `#invite=${link.invite}`;
  return `${scheme}://${link.address}${link.prefix}/s/${link.sessionId}${fragment}`;
}

/** The link as editors and the command line have it. */
export function editorUrl(link: SessionLink): string {
  const scheme = link.tls ? "peerlines" : "peerline";
  const query = link.invite === undefined ? "" : `?invite=${link.invite}`;
  return `${scheme}://${link.address}${link.prefix}/${link.sessionId}${query}`;
}

/** The port of a link without one; browsers leave theirs out. */
function defaultPort(tls: boolean, isWeb: boolean): number {
  return tls ? DEFAULT_TLS_PORT : isWeb ? DEFAULT_WEB_PORT : DEFAULT_PORT;
}

function* candidates(text: string): Generator<Candidate> {
  for (const found of text.matchAll(CANDIDATE)) {
    const group = (name: string) => found.groups?.[name] ?? "";
    const scheme = group("scheme").toLowerCase();
    const isPage = scheme.startsWith("http");
    if (isPage && segments(group("path")).at(-2) !== "s") {
      continue;
    }
    const before = /_*$/.exec(text.slice(0, found.index));
    yield {
      isPage,
      tls: scheme.endsWith("s"),
      authority: group("authority"),
      path: group("path"),
      query: group("query"),
      fragment: group("fragment"),
      rest: group("rest"),
      emphasis: before?.[0].length ?? 0,
    };
  }
}

function read(candidate: Candidate): SessionLink {
  const { tls, emphasis } = candidate;
  const address = parseAddress(candidate.authority, defaultPort(tls, candidate.isPage));
  if (HIDDEN.test(candidate.rest)) {
    throw new LinkError("A character in it is invisible.");
  }
  const names = segments(candidate.path);
  const values = new Map([...pairs(candidate.query), ...pairs(candidate.fragment)]);
  let sessionId = /^[A-Za-z0-9_-]*/.exec(names.pop() ?? "")?.[0] ?? "";
  if (values.size === 0) {
    sessionId = withoutEmphasis(sessionId, emphasis);
  }
  if (sessionId === "") {
    throw new LinkError("It has no session after HOST:PORT/.");
  }
  if (sessionId.length > 64) {
    throw new LinkError("What follows HOST:PORT/ is not the id of a session.");
  }
  const place = { address, sessionId, tls, prefix: prefixOf(names) };
  const code = values.get("invite");
  if (code === undefined) {
    return place;
  }
  const whole = withoutEmphasis(code, emphasis);
  const [invite] = /^[A-Za-z0-9_-]{1,128}/.exec(whole) ?? [];
  if (invite === undefined || /^[\p{L}\p{N}]/u.test(whole.slice(invite.length))) {
    throw new LinkError("Its invite is not one that a server makes.");
  }
  return { ...place, invite };
}

function pairs(query: string): [string, string][] {
  // A value that is empty is none.
  return [...new URLSearchParams(query)].filter(([, value]) => value !== "");
}

function isSamePlace(one: SessionLink, two: SessionLink): boolean {
  return (
    one.address === two.address &&
    one.sessionId === two.sessionId &&
    one.tls === two.tls &&
    one.prefix === two.prefix
  );
}

/** The parts of a path, without the signs that end a sentence. */
function segments(path: string): string[] {
  return path
    .replace(/[/.~]+$/, "")
    .split("/")
    .filter((segment) => segment !== "");
}

/** The path of a server, of what stands before the session. */
function prefixOf(names: readonly string[]): string {
  const end = names.findLastIndex((name) => name !== "s") + 1;
  const kept = names.slice(0, end);
  const prefix = kept.map((name) => `/${name}`).join("");
  if (prefix.length > LONGEST_PREFIX || kept.some((name) => [".", ".."].includes(unquote(name)))) {
    throw new LinkError("The path before its session is not valid.");
  }
  return prefix;
}

/** The text, and what is percent-encoded in it: a link can be part of another one. */
function* decodings(given: string): Generator<string> {
  let text = given;
  yield text;
  for (let count = 0; count < MOST_DECODINGS; count += 1) {
    const decoded = unquote(text).replace(ZERO_WIDTH, "");
    if (decoded === text) {
      return;
    }
    text = decoded;
    yield text;
  }
}

/** Percent-encoded bytes as text; those that are not UTF-8 as U+FFFD. */
function unquote(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    const bytes = run.slice(1).split("%");
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)),
    );
  });
}

function withoutEmphasis(text: string, count: number): string {
  let kept = text;
  for (let left = count; left > 0 && kept.endsWith("_"); left -= 1) {
    kept = kept.slice(0, -1);
  }
  return kept;
}
