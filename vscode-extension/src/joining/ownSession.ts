// Sessions on a server of this computer: started there, and made reachable for others.

import { env, ProgressLocation, window } from "vscode";
import type { Launcher } from "../bridge/launcher";
import { type StartedSession, type StartOptions, startSession } from "../bridge/localServer";
import type { Session } from "../session/session";
import { settings } from "../shared/settings";
import { show } from "../shared/tell";
import type { Identity } from "./identity";
import { keyOfLink } from "./links";
import { askTitle } from "./prompts";
import { askReach, chooseReach, tellLink } from "./reach";

/** Starts sessions on this computer. */
export class OwnSession {
  readonly #session: Session;
  readonly #launcher: Launcher;
  readonly #identity: Identity;

  constructor(session: Session, launcher: Launcher, identity: Identity) {
    this.#session = session;
    this.#launcher = launcher;
    this.#identity = identity;
  }

  /** Start one; undefined if the user gives up or it fails, "server" if they want a server's. */
  async start(): Promise<StartedSession | "server" | undefined> {
    const name = await this.#identity.name();
    const title = name && (await askTitle());
    const chosen = title && (await chooseReach());
    if (!name || !title || chosen !== "here") {
      return chosen === "server" ? chosen : undefined;
    }
    return this.#run({ title, name }, "Peerline: starting the session…");
  }

  /** Ask who should be able to join the session at hand, and copy a link for them. */
  async changeReach(): Promise<void> {
    const { state } = this.#session;
    const name = await this.#identity.name();
    if (!name || !state.session_id || (await askReach()) !== "here") {
      return;
    }
    const title = state.title ?? "";
    const started = await this.#run(
      { title, name, session: state.session_id },
      "Peerline: letting others join…",
    );
    if (started !== undefined) {
      tellLink("An invite link for editors was copied to the clipboard.", started.isLocal);
    }
  }

  async #run(
    options: Omit<StartOptions, "user" | "settings">,
    title: string,
  ): Promise<StartedSession | undefined> {
    const program = await this.#launcher.find();
    if (!program) {
      return undefined;
    }
    const user = await this.#identity.localUser();
    const started = await window.withProgress(
      { location: ProgressLocation.Notification, title },
      () =>
        startSession(program, { ...options, user, settings: settings() }, this.#launcher.processes),
    );
    if ("problem" in started) {
      show.error(`The session could not be started: ${started.problem}`);
      return undefined;
    }
    await this.#identity.keepToken(keyOfLink(started.link), started.token);
    // Before the join: the session is there, also if something fails in it.
    await env.clipboard.writeText(started.invite);
    return started;
  }
}
