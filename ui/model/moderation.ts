// The words for what hosts decide, on every surface. Pure.
import type { Invite, Moderation, PendingJoin, Role } from "../generated/protocol";

/** The roles, with what each may do. */
export const ROLES: readonly {
  readonly role: Role;
  readonly label: string;
  readonly detail: string;
}[] = [
  { role: "host", label: "Host", detail: "Invites, removes and changes roles" },
  { role: "editor", label: "Editor", detail: "Writes in shared files and the chat, and comments" },
  { role: "viewer", label: "Viewer", detail: "Sees everything and writes nothing" },
];

/** The roles that a participant can be given: an agent is never a host. */
export function rolesFor(isAgent: boolean): typeof ROLES {
  return isAgent ? ROLES.filter(({ role }) => role !== "host") : ROLES;
}

const PERSON_RETURN_TEXT =
  "They can come back only with an invite link made from now on; after a ban, with none. " +
  "A guest who comes without the token kept on their computer is a new guest: revoke the link to stop that.";

const AGENT_RETURN_TEXT =
  "It is disconnected, and its questions and the prompts that wait for it end. It does not come back, but its " +
  "owner can start it again as a new agent.";

/** How a participant who is removed can come back. */
export function returnText(isAgent: boolean): string {
  return isAgent ? AGENT_RETURN_TEXT : PERSON_RETURN_TEXT;
}

export function removalText(name: string): string {
  return `Remove ${name} from the session?`;
}

/** For the host who changed a role. */
export function roleGivenText(name: string, role: Role): string {
  return `${name} is ${role === "editor" ? "an" : "a"} ${role} now.`;
}

export function joinText(name: string, { role }: Pick<PendingJoin, "role">): string {
  return `${name} wants to join as ${role}.`;
}

/** How often an invite was used, and until when it can be. */
export function inviteText(invite: Invite, locale?: string): string {
  const uses = invite.uses ?? 0;
  const times = `${uses} ${uses === 1 ? "time" : "times"}`;
  const most = invite.max_uses === undefined ? "" : ` of ${invite.max_uses}`;
  const until =
    invite.expires_at === undefined
      ? ""
      : `, valid until ${new Date(invite.expires_at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" })}`;
  return `used ${times}${most}${until}${invite.is_full === true ? ", takes no more guests" : ""}`;
}

/** The links that hosts were told of, as they have brought as many guests as one may. */
export class FullLinks {
  #told: ReadonlySet<string> = new Set();

  /** A sentence for each link that has become full since the last call. */
  news(moderation: Pick<Moderation, "invites"> | undefined): string[] {
    if (moderation === undefined) {
      return []; // not known now, as while the connection is away
    }
    const full = moderation.invites.filter((link) => link.is_full === true);
    const before = this.#told;
    this.#told = new Set(full.map(({ id }) => id));
    return full
      .filter(({ id }) => !before.has(id))
      .map(
        ({ role, guests = 0 }) =>
          `A link for ${role}s has brought ${guests} guests and takes no more. ` +
          "Revoke it if you did not expect as many, or create another to invite more people.",
      );
  }
}
