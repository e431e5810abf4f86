// The links of an invite, from the bridge's answer to `peerline.createInvite`. Pure.

/** The link to give away, and the one for editors alone where the first one is for browsers too. */
export interface InviteLinks {
  readonly link: string;
  readonly forEditors?: string;
  readonly isLocal: boolean;
}

/** The links of an answer; undefined if it has none. */
export function inviteLinks(answer: unknown): InviteLinks | undefined {
  if (typeof answer !== "object" || answer === null || !("link" in answer)) {
    return undefined;
  }
  const forEditors = String(answer.link);
  const isLocal = "is_local" in answer && answer.is_local === true;
  return "page_link" in answer
    ? { link: String(answer.page_link), forEditors, isLocal }
    : { link: forEditors, isLocal };
}
