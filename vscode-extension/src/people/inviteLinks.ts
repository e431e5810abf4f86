// The links of an invite, from the bridge's answer to `peerline.createInvite`. Pure.

import type { EditorParticipant, EditorState } from "@peerline/ui/generated/protocol";
import { askHosts } from "@peerline/ui/model/hosts";
import { asSentence } from "@peerline/ui/refusal";

/** The link to give away, and the one for editors alone where the first one is for browsers too. */
export interface InviteLinks {
  readonly link: string;
  readonly forEditors?: string;
  readonly isLocal: boolean;
}

/** The refusal of a link, with the hosts to ask; nothing for a host. */
export function inviteRefusal(
  { role }: Pick<EditorState, "role">,
  people: readonly EditorParticipant[],
): string | undefined {
  return role === undefined || role === "host"
    ? undefined
    : `Only a host can make invite links. ${asSentence(askHosts(people, "for a link"))}`;
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
