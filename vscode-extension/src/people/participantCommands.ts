// The commands on a participant: go there, follow, change the role, remove.

import type { EditorParticipant, EditorSummons, Invite } from "@peerline/ui/generated/protocol";
import { inviteOf, linkText, momentOf, revokedText } from "@peerline/ui/model/inviteOf";
import { removalText, returnText, roleGivenText, rolesFor } from "@peerline/ui/model/moderation";
import { CommandRefused } from "@peerline/ui/refusal";
import { run } from "@peerline/ui/supervise";
import { type QuickPickItem, Uri, window } from "vscode";
import { reach } from "../session/milestones";
import type { Session } from "../session/session";
import { showCell } from "../shared/cells";
import { oneLine, withoutIcons } from "../shared/names";
import { toPosition } from "../shared/places";
import { settings } from "../shared/settings";
import { showAt } from "../shared/showAt";
import { ask, show, tell, warn } from "../shared/tell";
import { describe } from "./participants";
import { missingPlace } from "./placeTexts";

/** The commands of the participants tree; each also asks who is meant. */
export class ParticipantCommands {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async goTo(given?: EditorParticipant): Promise<void> {
    const person = given ?? (await this.#pick("Go to Participant"));
    if (person === undefined) {
      return;
    }
    const place = await this.#placeOf(person);
    if (isPlace(place)) {
      const [uri, position] = [Uri.parse(place.uri), toPosition(place.position)];
      await (place.cell === undefined
        ? showAt(uri, position)
        : showCell(uri, place.cell, position));
      reach("hasGoneTo");
    }
  }

  /** The place; what is refused says which file it is and why. */
  async #placeOf(person: EditorParticipant): Promise<unknown> {
    try {
      return await this.#session.command("peerline.gotoParticipant", { user_id: person.user_id });
    } catch (error) {
      if (error instanceof CommandRefused && error.code === "NO_PLACE") {
        const id = person.user_id;
        const now = this.#session.participants.find(({ user_id }) => user_id === id) ?? person;
        throw new CommandRefused(error.code, missingPlace(now));
      }
      throw error;
    }
  }

  async follow(given?: EditorParticipant): Promise<void> {
    const person = given ?? (await this.#pick("Follow"));
    if (person !== undefined) {
      await this.#session.command("peerline.follow", { user_id: person.user_id });
    }
  }

  /** A host asks everybody to come: follow, ask first, or do nothing, as it is set. */
  async summoned(summons: EditorSummons): Promise<void> {
    const name = oneLine(summons.username);
    const { whenSummoned } = settings();
    const follow = "Follow";
    if (whenSummoned === "ignore") {
      return;
    }
    if (whenSummoned === "ask") {
      const choice = await tell(`${name} asks you to follow.`, follow);
      if (choice !== follow) {
        return;
      }
    } else {
      show.info(`${name} brought you along. Move, type, scroll or press Escape to stop following.`);
    }
    // Somebody who has left meanwhile cannot be followed, and that needs no message.
    await this.#session
      .command("peerline.follow", { user_id: summons.user_id })
      .catch(() => undefined);
  }

  async unfollow(): Promise<void> {
    await this.#session.command("peerline.unfollow");
  }

  async changeRole(given?: EditorParticipant): Promise<void> {
    const person = given ?? (await this.#pick("Change Role"));
    if (person === undefined) {
      return;
    }
    const items = rolesFor(person.agent != null).map((item) => ({
      ...item,
      description: item.role === person.role ? "now" : "",
    }));
    const chosen = await window.showQuickPick(items, {
      title: `Peerline: Role of ${oneLine(person.username)}`,
    });
    if (chosen !== undefined && chosen.role !== person.role) {
      await this.#session.command("peerline.changeRole", {
        user_id: person.user_id,
        role: chosen.role,
      });
      show.info(roleGivenText(oneLine(person.username), chosen.role));
    }
  }

  async remove(given?: EditorParticipant): Promise<void> {
    const person = given ?? (await this.#pick("Remove Participant"));
    if (person === undefined) {
      return;
    }
    const link = linkText(person.user_id, this.#session.moderation);
    const remove = "Remove";
    const ban = "Remove and Ban";
    const choice = await ask(
      removalText(oneLine(person.username)),
      { detail: `${link && `${link}.\n`}${returnText(person.agent != null)}` },
      remove,
      ban,
    );
    if (choice !== undefined) {
      const invite = inviteOf(person.user_id, this.#session.moderation);
      await this.#session.command("peerline.removeParticipant", {
        user_id: person.user_id,
        ban: choice === ban,
      });
      if (invite !== undefined) {
        run("offering to revoke the link", () => this.#offerToRevoke(person, invite));
      }
    }
  }

  async #offerToRevoke(person: EditorParticipant, invite: Invite): Promise<void> {
    const revoke = "Revoke Link";
    const choice = await tell(
      `The ${invite.role} link of ${momentOf(invite)} that ${oneLine(person.username)} joined with still works.`,
      revoke,
    );
    if (choice === revoke) {
      await this.#session
        .command("peerline.revokeInvite", { invite_id: invite.id })
        .then(() => show.info(revokedText(invite)))
        .catch((error: Error) => warn(`Peerline: ${error.message}`));
    }
  }

  async #pick(title: string): Promise<EditorParticipant | undefined> {
    const others = this.#session.participants.filter((person) => !person.is_me);
    if (others.length === 0) {
      show.info("Nobody else is in the session.");
      return undefined;
    }
    const items: (QuickPickItem & { person: EditorParticipant })[] = others.map((person) => ({
      label: withoutIcons(oneLine(person.username)),
      description: withoutIcons(describe(person)),
      person,
    }));
    return (await window.showQuickPick(items, { title: `Peerline: ${title}` }))?.person;
  }
}

function isPlace(
  value: unknown,
): value is { uri: string; position: { line: number; character: number }; cell?: number } {
  return typeof value === "object" && value !== null && "uri" in value && "position" in value;
}
