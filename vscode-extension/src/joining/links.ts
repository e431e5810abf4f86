// The session link in a text that was pasted, read for questions before the bridge is given the text
// and for the name of the token. Pure.
import {
  LinkError,
  parseLink,
  parseServer,
  type ServerPlace,
  type SessionLink,
} from "@peerline/client/link";

/** Why a text is no link, for the user; undefined if there is one in it. */
export function linkProblem(text: string): string | undefined {
  if (text.trim() === "") {
    return "Paste the link that you were sent.";
  }
  const link = attempt(parseLink, text);
  return link instanceof LinkError ? link.message : undefined;
}

/** Why a text names no server, for the user; undefined if it names one. */
export function serverProblem(text: string): string | undefined {
  return attempt(parseServer, text) instanceof LinkError
    ? "HOST:PORT, or peerlines://HOST for one with TLS"
    : undefined;
}

/** The name under which a server's token is kept: a token for TLS is not sent without. */
export function keyOfServer(server: string): string {
  return keyOf(attempt(parseServer, server));
}

/** The name under which the token for a link's server is kept. */
export function keyOfLink(text: string): string {
  return keyOf(attempt(parseLink, text));
}

/** HOST:PORT of a link, for questions; empty if it is none. */
export function addressOf(text: string): string {
  return linkIn(text)?.address ?? "";
}

/** The id of a link's session; undefined if it is none. */
export function sessionOf(text: string): string | undefined {
  return linkIn(text)?.sessionId;
}

/** The text in which a `vscode://` URI's query carries a link. */
export function linkOfQuery(query: string): string | undefined {
  return new URLSearchParams(query).get("link")?.trim() || undefined;
}

function linkIn(text: string): SessionLink | undefined {
  const link = attempt(parseLink, text);
  return link instanceof LinkError ? undefined : link;
}

function keyOf(place: ServerPlace | LinkError): string {
  return place instanceof LinkError
    ? ""
    : `${place.tls ? "peerlines://" : ""}${place.address}${place.prefix}`;
}

/** The text as it is read, or the reason why it cannot be. */
function attempt<Read>(read: (text: string) => Read, text: string): Read | LinkError {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof LinkError) {
      return error;
    }
    throw error;
  }
}
