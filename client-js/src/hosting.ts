// The acts of hosts: roles, invites, bans, joins, the end of a session.

import type { Ack, InviteCreated, Moderation, Role } from "./generated/protocol.ts";
import type { Asker } from "./options.ts";

/** The acts of hosts; `Client.hosting`. The server refuses them to others. */
export class Hosting {
  readonly #client: Asker;

  constructor(client: Asker) {
    this.#client = client;
  }

  /** Invites, bans and pending joins; later ones come as changes of the replica. */
  look(): Promise<Moderation> {
    return this.#client.ask({ type: "get_moderation" });
  }

  /** Make an invite, for some seconds (7 days if absent) and some users. */
  invite(
    role: Role,
    { expiresIn, maxUses }: { expiresIn?: number; maxUses?: number } = {},
  ): Promise<InviteCreated> {
    return this.#client.ask({
      type: "create_invite",
      role,
      ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
      ...(maxUses === undefined ? {} : { max_uses: maxUses }),
    });
  }

  /** Nobody can join by this invite any more. */
  revokeInvite(inviteId: string): Promise<Ack> {
    return this.#client.request({ type: "revoke_invite", invite_id: inviteId });
  }

  changeRole(userId: string, role: Role): Promise<Ack> {
    return this.#client.request({ type: "change_role", user_id: userId, role });
  }

  /** Remove a participant; `ban` also keeps them from coming back. */
  remove(
    userId: string,
    { ban = false, revokeInvite = false }: { ban?: boolean; revokeInvite?: boolean } = {},
  ): Promise<Ack> {
    const how = { ban, revoke_invite: revokeInvite };
    return this.#client.request({ type: "remove_participant", user_id: userId, ...how });
  }

  liftBan(userId: string): Promise<Ack> {
    return this.#client.request({ type: "lift_ban", user_id: userId });
  }

  /** Admit or decline a user who waits to join. */
  answerJoin(userId: string, allow: boolean): Promise<Ack> {
    return this.#client.request({ type: "answer_join", user_id: userId, allow });
  }

  /** Whether users who join with an invite wait for a host. */
  requireApproval(required: boolean): Promise<Ack> {
    return this.#client.request({ type: "update_session", changes: { join_approval: required } });
  }

  /** Ask everybody to come to where one is. */
  summon(): Promise<Ack> {
    return this.#client.request({ type: "summon" });
  }

  /** End the session for everyone. */
  endSession(): Promise<Ack> {
    return this.#client.request({ type: "end_session" });
  }
}
