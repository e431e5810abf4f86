// What can be said of a session's link before the bridge reads it. Pure.

/** Why a text is no link, for the user; undefined if it may be one. */
export function linkProblem(text: string): string | undefined {
  const link = text.trim();
  if (link === "") {
    return "Paste the link that you were sent.";
  }
  if (!/^peerlines?:\/\//.test(link)) {
    return "A session link starts with peerline:// or peerlines://";
  }
  if (!/^peerlines?:\/\/[^\s/?#@]+\/[A-Za-z0-9_-]{1,64}\/?(\?\S*)?$/.test(link)) {
    return "The link is not complete: peerline://HOST:PORT/SESSION?invite=CODE";
  }
  return undefined;
}

/** Why a text names no server, for the user; undefined if it may name one. */
export function serverProblem(text: string): string | undefined {
  return /^(peerlines?:\/\/)?[^\s/?#@]+\/?$/.test(text.trim())
    ? undefined
    : "HOST:PORT, or peerlines://HOST for one with TLS";
}

/** HOST:PORT of a server as it is written in a setting. */
export function addressOfServer(server: string): string {
  const text = server.trim();
  return addressOf(/^peerlines?:\/\//.test(text) ? text : `peerline://${text}`);
}

/** HOST:PORT of a link, for questions and as the name under which a token is kept. */
export function addressOf(link: string): string {
  return /^peerlines?:\/\/([^\s/?#]+)/.exec(link.trim())?.[1]?.toLowerCase() ?? "";
}

/** The link without its invite, which opens the session to whoever reads it. */
export function withoutInvite(link: string): string {
  return link.trim().replace(/\?.*$/, "");
}

/** The link that a `vscode://` URI's query carries. */
export function linkOfQuery(query: string): string | undefined {
  return new URLSearchParams(query).get("link")?.trim() || undefined;
}
