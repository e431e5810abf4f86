// The address of a server: HOST:PORT. Pure.
import { LinkError } from "./linkError.ts";

const LONGEST_HOST = 253;
/** RFC 1035, section 2.3.4. */
const LONGEST_LABEL = 63;
const LAST_PORT = 65_535;

/**
 * HOST:PORT as it is used everywhere: in lower case, an international name in ASCII.
 *
 * @throws LinkError if it is no address.
 */
export function parseAddress(text: string, defaultPort: number): string {
  if (text.includes("@")) {
    throw new LinkError("A link has no user name before the host.");
  }
  if (text.startsWith("[")) {
    const found = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
    if (found === null) {
      throw new LinkError("Its IPv6 address is not valid.");
    }
    return `${ipv6(found[1] ?? "")}:${port(found[2] ?? "", defaultPort)}`;
  }
  const colon = text.indexOf(":");
  const host = colon < 0 ? text : text.slice(0, colon);
  return `${hostName(host)}:${port(colon < 0 ? "" : text.slice(colon + 1), defaultPort)}`;
}

function port(text: string, without: number): number {
  if (text === "") {
    return without;
  }
  const number = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > LAST_PORT) {
    throw new LinkError(`Its port must be 1 to ${LAST_PORT}.`);
  }
  return number;
}

function ipv6(inside: string): string {
  if (inside.includes("%")) {
    throw new LinkError("Its IPv6 address names an interface of one computer.");
  }
  const host = urlHost(`[${inside}]`);
  if (host === undefined) {
    throw new LinkError("Its IPv6 address is not valid.");
  }
  return host;
}

function hostName(text: string): string {
  const problem = new LinkError("Its host name is not valid.");
  let name = text.toLowerCase().replace(/\.$/, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (!/^[\x00-\x7f]*$/.test(name)) {
    const found = /^[.\-\p{L}\p{M}\p{N}]+$/u.test(name) ? urlHost(name) : undefined;
    if (found === undefined) {
      throw problem;
    }
    name = found;
  }
  const labels = name.split(".");
  const isName = labels.every(
    (label) => label.length <= LONGEST_LABEL && /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/.test(label),
  );
  if (name.length > LONGEST_HOST || !isName) {
    throw problem;
  }
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? "") && !isIpv4(labels)) {
    throw problem;
  }
  return name;
}

function isIpv4(labels: readonly string[]): boolean {
  // A leading zero is octal for some and decimal for others.
  return (
    labels.length === 4 &&
    labels.every((label) => /^(?:0|[1-9]\d{0,2})$/.test(label) && Number(label) < 256)
  );
}

function urlHost(host: string): string | undefined {
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return undefined;
  }
}
