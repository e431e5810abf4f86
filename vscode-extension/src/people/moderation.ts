// The decisions of hosts beside roles: admitting people, revoking links, lifting bans.

import type { PendingJoin } from "@peerline/ui/generated/protocol";
import { momentOf, revokedText } from "@peerline/ui/model/inviteOf";
import { inviteText, ROLES } from "@peerline/ui/model/moderation";
import { run } from "@peerline/ui/supervise";
import { Disposable, env, window } from "vscode";
import { tellLink } from "../joining/reach";
import type { Session } from "../session/session";
import { oneLine, withoutIcons } from "../shared/names";
import { show, tell, warn } from "../shared/tell";
import type { News } from "../status/news";
import { inviteLinks, inviteRefusal } from "./inviteLinks";

const INVITES = ROLES.filter(({ role }) => role !== "host");

const FOR_EDITORS = "Copy peerline:// Link";

/** The commands of hosts, and the questions that are put to them. */
export class Moderation implements Disposable {
  readonly #session: Session;
  readonly #news: News;
  readonly #asked = new Set<string>();
  readonly #listener: Disposable;

  constructor(session: Session, news: News) {
    this.#session = session;
    this.#news = news;
    const forget = session.onDidChangeState(({ state }) => {
      if (state === "offline") {
        this.#asked.clear(); // the messages have gone with the session
      }
    });
    const listener = session.onDidChangeModeration(({ pending = [] }) => {
      const waiting = new Set(pending.map(keyOf));
      for (const key of this.#asked) {
        if (!waiting.has(key)) {
          this.#asked.delete(key);
          this.#news.settle(key); // another host has answered, or nobody waits any more
        }
      }
      for (const join of pending) {
        if (!this.#asked.has(keyOf(join))) {
          this.#asked.add(keyOf(join));
          run("asking whether to admit a participant", () => this.#ask(join));
        }
      }
    });
    this.#listener = Disposable.from(forget, listener);
  }

  /** Make a link for a role and put it into the clipboard; others than hosts are told which of them to ask. */
  async copyInvite(): Promise<void> {
    const refusal = inviteRefusal(this.#session.state, this.#session.participants);
    if (refusal !== undefined) {
      show.info(refusal);
      return;
    }
    const chosen = await window.showQuickPick(INVITES, {
      title: "Peerline: Invite as…",
      placeHolder: "Role of the people who join with the link",
    });
    if (chosen === undefined) {
      return;
    }
    const answer = await this.#session.command("peerline.createInvite", { role: chosen.role });
    const links = inviteLinks(answer);
    if (links === undefined) {
      return;
    }
    await env.clipboard.writeText(links.link);
    const text = `The invite link for ${chosen.label.toLowerCase()}s was copied to the clipboard.`;
    if (links.isLocal) {
      tellLink(text, true);
    } else {
      run("offering an invite link", () => tellInvite(text, links.forEditors));
    }
  }

  /** Revoke a link that still works. */
  async revokeInvite(): Promise<void> {
    const invites = this.#session.moderation.invites ?? [];
    if (invites.length === 0) {
      show.info("There is no active invite link.");
      return;
    }
    const newestFirst = invites.toSorted((one, other) =>
      other.created_at.localeCompare(one.created_at),
    );
    const items = newestFirst.map((invite) => ({
      label: `For ${invite.role}s`,
      description: `made ${momentOf(invite)}`,
      detail: inviteText(invite),
      invite,
    }));
    const chosen = await window.showQuickPick(items, { title: "Peerline: Revoke Invite Link" });
    if (chosen !== undefined) {
      await this.#session.command("peerline.revokeInvite", { invite_id: chosen.invite.id });
      show.info(revokedText(chosen.invite));
    }
  }

  /** Choose whether an invite link is enough to join, or a host must admit each participant. */
  async setApproval(): Promise<void> {
    const isOn = this.#session.state.session?.join_approval === true;
    const items = [
      { label: "Admit Everybody with a Link", description: isOn ? "" : "now", approval: false },
      { label: "Ask a Host Each Time", description: isOn ? "now" : "", approval: true },
    ];
    const chosen = await window.showQuickPick(items, { title: "Peerline: Who May Join?" });
    if (chosen !== undefined && chosen.approval !== isOn) {
      await this.#session.command("peerline.updateSession", {
        changes: { join_approval: chosen.approval },
      });
    }
  }

  /** Lift the ban of a user. */
  async liftBan(): Promise<void> {
    const bans = this.#session.moderation.bans ?? [];
    if (bans.length === 0) {
      show.info("Nobody is banned.");
      return;
    }
    const items = bans.map((ban) => ({
      label: withoutIcons(oneLine(ban.username ?? ban.user_id)),
      ban,
    }));
    const chosen = await window.showQuickPick(items, { title: "Peerline: Lift Ban" });
    if (chosen !== undefined) {
      await this.#session.command("peerline.liftBan", { user_id: chosen.ban.user_id });
      show.info(`${chosen.label} can join again.`);
    }
  }

  async #ask(join: PendingJoin): Promise<void> {
    const answer = (allow: boolean) => async () => {
      await this.#session
        .command("peerline.answerJoin", { user_id: join.user_id, allow })
        .catch((error: Error) => warn(`Peerline: ${error.message}`));
    };
    await this.#news.tell({
      key: keyOf(join),
      text: `${oneLine(join.username)} wants to join as ${join.role}.`,
      links: [
        { text: "Admit", open: answer(true) },
        { text: "Decline", open: answer(false) },
      ],
      stays: true,
    });
  }

  dispose(): void {
    this.#listener.dispose();
  }
}

/** Say that a link is in the clipboard; the other form of it is one press away. */
async function tellInvite(text: string, forEditors: string | undefined): Promise<void> {
  if (forEditors === undefined) {
    show.info(text);
  } else if ((await tell(text, FOR_EDITORS)) === FOR_EDITORS) {
    await env.clipboard.writeText(forEditors);
    show.info("The peerline:// link, for editors and terminals, was copied to the clipboard.");
  }
}

function keyOf(join: PendingJoin): string {
  return `join ${join.user_id}`;
}
