// The session link in a text that was pasted, by the rule of peerline/protocol/links.py. Pure.
//
// The bridge is given the text and decides. Here the link is read for the questions before that and
// for the name of the token; links.json holds both to the same cases.
import { domainToASCII } from "node:url";

/** The port a server listens on, and the default of a link without a port. */
const DEFAULT_PORT = 8377;
/** The port of a link with TLS and without a port. */
const DEFAULT_TLS_PORT = 443;
const MAX_PORT = 65_535;
const MAX_HOST_CHARS = 253;
/** RFC 1035, section 2.3.4. */
const MAX_LABEL_CHARS = 63;
/** How often a link may be percent-encoded in the address that carries it. */
const MAX_DECODINGS = 3;
/** The path under which a proxy has the server, in a link. */
const MAX_PREFIX_CHARS = 256;
const NO_LINK = "This is not a Peerline session link.";
const FORMS =
  "A link starts with peerline:// or peerlines://, or with https:// and has /s/ before the session.";
const TLS_SCHEMES: ReadonlySet<string> = new Set(["peerlines", "https", "wss"]);
const WEB_SCHEMES: ReadonlySet<string> = new Set(["http", "https"]);
/** The folder of a session's web page, before its id. */
const PAGE = "s";

const ZERO_WIDTH = /[\u200b-\u200f\u2060-\u2064\u2066-\u2069\ufeff]/gu;
// In a lookahead: one link can be part of the query of another.
const CANDIDATE =
  /(?=(peerlines?|https?):\/\/([^\s/?#<>"'`\\|^{}]*)((?:\/+[A-Za-z0-9._~%-]*)*)(?:\?([A-Za-z0-9_.~%&=+:-]*))?(?:#([A-Za-z0-9_.~%&=+:-]*))?)/dgiu;
const SERVER = /^(?:(peerlines?|https?|wss?):\/\/)?([^\s/?#]*)((?:\/[A-Za-z0-9._~%-]+)*)\/*$/iu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they hide or reorder what follows
const HIDDEN = /^[\0-\x08\x0e-\x1f\x7f\xad\u061c\u180e\u202a-\u202e]+[A-Za-z0-9_-]/u;
const SESSION_ID = /^[A-Za-z0-9_-]{1,64}$/;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;
const NUMBER = String.raw`(?:0|[1-9]\d{0,2})`;
const IPV4 = new RegExp(`^${NUMBER}(?:\\.${NUMBER}){3}$`);

/** A link's parts. */
export interface SessionLink {
  /** HOST:PORT, an IPv6 host in brackets. */
  readonly address: string;
  readonly session: string;
  readonly invite?: string;
  readonly tls: boolean;
  /** The path under which a proxy has the server. */
  readonly prefix?: string;
}

/** How a server is reached. */
type ServerPlace = Pick<SessionLink, "address" | "tls" | "prefix">;

/** Why a text is no link; it repeats nothing of it. */
class LinkProblem extends Error {}

/** The link in a text, or why there is none that can be used, for the user. */
export function readLink(text: string): SessionLink | { readonly problem: string } {
  let page: SessionLink | undefined;
  let pageProblem: string | undefined;
  for (const shown of decodings(text.replace(ZERO_WIDTH, ""))) {
    let found: SessionLink | undefined;
    let problem: string | undefined;
    for (const candidate of shown.matchAll(CANDIDATE)) {
      const [, scheme = "", , path = "", query = "", fragment = ""] = candidate;
      const isPage = WEB_SCHEMES.has(scheme.toLowerCase());
      if (isPage && segmentsOf(path).at(-2) !== PAGE) {
        continue;
      }
      // Any web page can have such an address: it counts only without another.
      const isDoubtful = isPage && !query.includes("invite=") && !fragment.includes("invite=");
      const link = tryCandidate(candidate, shown);
      if ("problem" in link) {
        if (isDoubtful) {
          pageProblem ??= link.problem;
        } else {
          problem ??= link.problem;
        }
      } else if (isDoubtful) {
        page ??= link;
      } else {
        found ??= link;
        // The text of a Markdown link often leaves out the invite of its target.
        if (found.invite === undefined && isSamePlace(found, link)) {
          found = link;
        }
      }
    }
    if (found !== undefined) {
      return found;
    }
    if (problem !== undefined) {
      return { problem };
    }
  }
  return page ?? { problem: pageProblem ?? `${NO_LINK} ${FORMS}` };
}

function tryCandidate(
  candidate: RegExpExecArray,
  text: string,
): SessionLink | { readonly problem: string } {
  try {
    return readCandidate(candidate, text);
  } catch (error) {
    if (!(error instanceof LinkProblem)) {
      throw error;
    }
    return { problem: `${NO_LINK} ${error.message}` };
  }
}

/** Why a text is no link, for the user; undefined if there is one in it. */
export function linkProblem(text: string): string | undefined {
  if (text.trim() === "") {
    return "Paste the link that you were sent.";
  }
  const link = readLink(text);
  return "problem" in link ? link.problem : undefined;
}

/** Why a text names no server, for the user; undefined if it names one. */
export function serverProblem(text: string): string | undefined {
  return "problem" in readServer(text)
    ? "HOST:PORT, or peerlines://HOST for one with TLS"
    : undefined;
}

/** The name under which a server's token is kept: a token for TLS is not sent without. */
export function keyOfServer(server: string): string {
  const read = readServer(server);
  return "problem" in read ? "" : keyOf(read);
}

/** HOST:PORT of a link, for questions; empty if it is none. */
export function addressOf(text: string): string {
  const link = readLink(text);
  return "problem" in link ? "" : link.address;
}

/** The id of a link's session; undefined if it is none. */
export function sessionOf(text: string): string | undefined {
  const link = readLink(text);
  return "problem" in link ? undefined : link.session;
}

/** The name under which the token for a link's server is kept. */
export function keyOfLink(text: string): string {
  const link = readLink(text);
  return "problem" in link ? "" : keyOf(link);
}

/** The text in which a `vscode://` URI's query carries a link. */
export function linkOfQuery(query: string): string | undefined {
  return new URLSearchParams(query).get("link")?.trim() || undefined;
}

function keyOf({ address, tls, prefix = "" }: ServerPlace): string {
  return `${tls ? "peerlines://" : ""}${address}${prefix}`;
}

function readServer(text: string): ServerPlace | { readonly problem: string } {
  const found = SERVER.exec(text.replace(ZERO_WIDTH, "").trim());
  const [, scheme, authority = "", path = ""] = found ?? [];
  if (found === null || (path !== "" && scheme === undefined)) {
    return { problem: "It is not the address of a server." };
  }
  const tls = TLS_SCHEMES.has(scheme?.toLowerCase() ?? "");
  try {
    const address = readAddress(authority, tls ? DEFAULT_TLS_PORT : DEFAULT_PORT);
    return { address, tls, ...readPrefix(path.split("/")) };
  } catch (error) {
    if (!(error instanceof LinkProblem)) {
      throw error;
    }
    return { problem: error.message };
  }
}

function readCandidate(candidate: RegExpExecArray, text: string): SessionLink {
  const [, scheme = "", authority = "", path = "", query = "", fragment = ""] = candidate;
  const tls = TLS_SCHEMES.has(scheme.toLowerCase());
  const address = readAddress(authority, tls ? DEFAULT_TLS_PORT : DEFAULT_PORT);
  if (HIDDEN.test(text.slice(endOf(candidate)))) {
    throw new LinkProblem("A character in it is invisible.");
  }
  const segments = segmentsOf(path);
  const emphasis = emphasisBefore(text, candidate.index);
  const values = [...new URLSearchParams(query), ...new URLSearchParams(fragment)].filter(
    ([, value]) => value !== "",
  );
  const id = /^[A-Za-z0-9_-]*/.exec(segments.at(-1) ?? "")?.[0] ?? "";
  const session = values.length === 0 ? withoutEmphasis(id, emphasis) : id;
  if (session === "") {
    throw new LinkProblem("It has no session after HOST:PORT/.");
  }
  if (!SESSION_ID.test(session)) {
    throw new LinkProblem("What follows HOST:PORT/ is not the id of a session.");
  }
  const place = { address, session, tls, ...readPrefix(segments.slice(0, -1)) };
  const code = values.findLast(([name]) => name === "invite")?.[1];
  if (!code) {
    return place;
  }
  const [, invite, next] =
    /^([A-Za-z0-9_-]{1,128})([\p{L}\p{N}]?)/u.exec(withoutEmphasis(code, emphasis)) ?? [];
  if (invite === undefined || next !== "") {
    throw new LinkProblem("Its invite is not one that a server makes.");
  }
  return { ...place, invite };
}

/** The end of a candidate, which is in a lookahead. */
function endOf(candidate: RegExpExecArray): number {
  return Math.max(...(candidate.indices?.slice(1) ?? []).map((range) => range?.[1] ?? 0));
}

/** The parts of a path, without the signs that end a sentence. */
function segmentsOf(path: string): string[] {
  return path
    .replace(/[/.~]+$/, "")
    .split("/")
    .filter((segment) => segment !== "");
}

/** The path of a server, of what stands before the session. */
function readPrefix(segments: readonly string[]): { prefix?: string } {
  const names = segments.filter((name) => name !== "");
  while (names.at(-1) === PAGE) {
    names.pop();
  }
  const prefix = names.map((name) => `/${name}`).join("");
  if (
    prefix.length > MAX_PREFIX_CHARS ||
    names.some((name) => [".", ".."].includes(unquote(name)))
  ) {
    throw new LinkProblem("The path before its session is not valid.");
  }
  return prefix === "" ? {} : { prefix };
}

function isSamePlace(one: SessionLink, other: SessionLink): boolean {
  return one.session === other.session && keyOf(one) === keyOf(other);
}

function readAddress(text: string, defaultPort: number): string {
  if (text.includes("@")) {
    throw new LinkProblem("A link has no user name before the host.");
  }
  if (text.startsWith("[")) {
    const [, inside, port] = /^\[([^\]]*)\](?::(.*))?$/s.exec(text) ?? [];
    if (inside === undefined) {
      throw new LinkProblem("Its IPv6 address is not valid.");
    }
    return `${readIpv6(inside)}:${readPort(port ?? "", defaultPort)}`;
  }
  const colon = text.indexOf(":");
  const host = colon < 0 ? text : text.slice(0, colon);
  return `${readHost(host)}:${readPort(colon < 0 ? "" : text.slice(colon + 1), defaultPort)}`;
}

function readPort(text: string, defaultPort: number): number {
  if (text === "") {
    return defaultPort;
  }
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > MAX_PORT) {
    throw new LinkProblem(`Its port must be 1 to ${MAX_PORT}.`);
  }
  return port;
}

function readIpv6(text: string): string {
  if (/^[0-9a-f:.]+%/i.test(text)) {
    throw new LinkProblem("Its IPv6 address names an interface of one computer.");
  }
  const url = /^[0-9a-f:.]+$/i.test(text) ? URL.parse(`http://[${text}]/`) : null;
  if (url === null) {
    throw new LinkProblem("Its IPv6 address is not valid.");
  }
  return url.hostname;
}

function readHost(text: string): string {
  const problem = new LinkProblem("Its host name is not valid.");
  let name = text.toLowerCase().replace(/\.$/, "");
  if (/[^\0-\x7f]/.test(name)) {
    if (!/^[\p{L}\p{M}\p{N}.-]*$/u.test(name)) {
      throw problem;
    }
    name = domainToASCII(name);
  }
  const labels = name.split(".");
  if (
    name.length > MAX_HOST_CHARS ||
    !labels.every((label) => label.length <= MAX_LABEL_CHARS && LABEL.test(label))
  ) {
    throw problem;
  }
  const last = labels.at(-1) ?? "";
  if (/^(\d+|0x[0-9a-f]*)$/.test(last)) {
    if (!IPV4.test(name) || labels.some((label) => Number(label) > 255)) {
      throw problem;
    }
  }
  return name;
}

/** The text, and what is percent-encoded in it: a link can be part of another one. */
function* decodings(text: string): Generator<string> {
  yield text;
  let before = text;
  for (let count = 0; count < MAX_DECODINGS; count += 1) {
    const decoded = unquote(before).replace(ZERO_WIDTH, "");
    if (decoded === before) {
      return;
    }
    before = decoded;
    yield decoded;
  }
}

/** Percent-decoding that takes anything. */
function unquote(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"),
  );
}

/** How many underscores stand before the link, as Markdown has them on both sides. */
function emphasisBefore(text: string, start: number): number {
  return /_*$/.exec(text.slice(0, start))?.[0].length ?? 0;
}

function withoutEmphasis(text: string, count: number): string {
  const end = /_*$/.exec(text)?.[0].length ?? 0;
  return text.slice(0, text.length - Math.min(count, end));
}
