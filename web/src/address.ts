// The meaning of the page's own address: a session with an invite, or the start page. Pure.

/** The place that the page was opened at. */
export type Opened =
  | { kind: "start"; prefix: string }
  | { kind: "session"; prefix: string; sessionId: string; invite?: string };

/** The parts of a `Location` that matter. */
export interface Address {
  readonly pathname: string;
  readonly hash: string;
}

const SESSION = /^(?<prefix>(?:\/[A-Za-z0-9._~-]+)*)\/s\/(?<id>[A-Za-z0-9_-]{1,64})[^/]*$/;
const INVITE = /^[A-Za-z0-9_-]{1,128}/;

/** The place to open; signs after the id or the invite, as from a sentence, are cut. */
export function opened({ pathname, hash }: Address): Opened {
  const found = SESSION.exec(decoded(pathname))?.groups;
  if (found?.id === undefined) {
    return { kind: "start", prefix: pathname.replace(/\/+$/, "") };
  }
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const [invite] = INVITE.exec(values.get("invite") ?? "") ?? [];
  const place = { kind: "session", prefix: found.prefix ?? "", sessionId: found.id } as const;
  return invite === undefined ? place : { ...place, invite };
}

/** The fragment without the invite; what else it says, such as a moment of a replay, stays. */
export function withoutInvite(hash: string): string {
  const parts = hash.replace(/^#/, "").split("&");
  const rest = parts
    .filter((part) => part !== "" && !new URLSearchParams(part).has("invite"))
    .join("&");
  return rest === "" ? "" : `#${rest}`;
}

/** Whether the fragment asks for the replay of the session. */
export function asksForReplay(hash: string): boolean {
  return /[#&]replay(&|=|$)/.test(hash);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
