// Starting, joining, leaving and coming back to sessions.

import { BRIDGE_STOPPED, CommandRefused } from "@peerline/ui/refusal";
import { run } from "@peerline/ui/supervise";
import {
  type ExtensionContext,
  env,
  type LogOutputChannel,
  ProgressLocation,
  type Uri,
  window,
} from "vscode";
import type { Launcher } from "../bridge/launcher";
import type { Session } from "../session/session";
import { settings } from "../shared/settings";
import { complain, show } from "../shared/tell";
import { type Arrival, inviteReady } from "./arrival";
import type { Identity } from "./identity";
import {
  addressOf,
  keyOfLink,
  keyOfServer,
  linkOfQuery,
  linkProblem,
  serverProblem,
  sessionOf,
} from "./links";
import { OwnSession } from "./ownSession";
import {
  askLink,
  askRestart,
  askServer,
  askTitle,
  confirmEnd,
  confirmLink,
  confirmSwitch,
  confirmWithoutFolder,
} from "./prompts";
import type { SignIn } from "./signIn";
import { asStarted } from "./startedSession";

/** The link of the session that the window is in, or was in last, in the workspace's state. */
export const LAST_KEY = "peerline.session";
const SERVER_KEY = "peerline.server";

/** Codes with which a token is no longer good. */
const TOKEN_CODES: ReadonlySet<string> = new Set(["TOKEN_INVALID", "TOKEN_EXPIRED"]);

interface JoinOptions {
  readonly isStarted?: boolean;
  readonly isConfirmed?: boolean;
}

/** The session commands. */
export class Sessions {
  readonly #context: ExtensionContext;
  readonly #session: Session;
  readonly #launcher: Launcher;
  readonly #identity: Identity;
  readonly #log: LogOutputChannel;
  readonly #signIn: SignIn;
  readonly #own: OwnSession;
  readonly #arrival: Arrival;
  /** The session that the user wants to be in; a bridge that crashed is started again for it. */
  #wanted: string | undefined;
  /** Whether a join has had no answer yet; none comes from a bridge that crashed. */
  #isJoining = false;

  constructor(
    context: ExtensionContext,
    session: Session,
    launcher: Launcher,
    identity: Identity,
    signIn: SignIn,
    arrival: Arrival,
    log: LogOutputChannel,
  ) {
    this.#arrival = arrival;
    this.#signIn = signIn;
    this.#log = log;
    this.#context = context;
    this.#session = session;
    this.#launcher = launcher;
    this.#identity = identity;
    this.#own = new OwnSession(session, launcher, identity);
  }

  /** Start a session where the settings say, and invite others to it. */
  async start(): Promise<void> {
    const server = settings().serverUrl;
    await (server ? this.#startOn(server) : this.#startHere());
  }

  /** Start a session on a server that one is asked for. */
  async startElsewhere(): Promise<void> {
    const proposed = settings().serverUrl || this.#context.globalState.get<string>(SERVER_KEY, "");
    const server = await askServer(proposed);
    if (server) {
      await this.#startOn(server);
    }
  }

  async #startOn(server: string): Promise<void> {
    const key = keyOfServer(server);
    const problem = serverProblem(server);
    if (problem !== undefined) {
      show.error(`The setting peerline.server.url is not a server: ${problem}.`);
      return;
    }
    if (this.#session.isInSession && !(await confirmSwitch(this.#session.state.title))) {
      return;
    }
    const name = await this.#identity.name();
    const title = name && (await askTitle());
    const token =
      title && ((await this.#identity.token(key)) ?? (await this.#signIn.askToken(key)));
    if (!name || !title || !token || !(await this.#ensureBridge())) {
      return;
    }
    try {
      const started = asStarted(
        await window.withProgress(
          { location: ProgressLocation.Notification, title: "Peerline: starting the session…" },
          () =>
            this.#session.command("peerline.startSession", {
              server,
              title,
              username: name,
              auth_token: token,
            }),
        ),
      );
      await this.#context.globalState.update(SERVER_KEY, server);
      this.#wanted = started.link;
      await this.#context.workspaceState.update(LAST_KEY, started.link);
      await env.clipboard.writeText(started.invite);
      inviteReady(false);
    } catch (error) {
      await this.#notStarted(key, error);
    }
  }

  async #notStarted(server: string, error: unknown): Promise<void> {
    if (!(error instanceof CommandRefused)) {
      throw error;
    }
    if (TOKEN_CODES.has(error.code)) {
      await this.#identity.forgetToken(server);
    }
    show.error(`The session could not be started: ${error.message}`);
  }

  /** Start a session on this computer and invite others to it. */
  async #startHere(): Promise<void> {
    if (this.#session.isInSession && !(await confirmSwitch(this.#session.state.title))) {
      return;
    }
    const started = await this.#own.start();
    if (started === "server") {
      await this.startElsewhere();
    } else if (started && (await this.join(started.link, { isStarted: true }))) {
      inviteReady(started.isLocal);
    }
  }

  /** Ask who should be able to join the session at hand. */
  async changeReach(): Promise<void> {
    await this.#own.changeReach();
  }

  /**
   * Join by a link; asks for one if there is none. Whether it was joined, or will be. `isStarted`:
   * the user has just started it; `isConfirmed`: they have been asked.
   */
  async join(
    given?: string,
    { isStarted = false, isConfirmed = isStarted }: JoinOptions = {},
  ): Promise<boolean> {
    const link = given ?? (await askLink());
    if (!link || !(await confirmWithoutFolder())) {
      return false;
    }
    const { isInSession, state } = this.#session;
    if (isInSession && !isConfirmed && !(await confirmSwitch(state.title, "join"))) {
      return false;
    }
    const name = await this.#identity.name();
    if (!name) {
      return false;
    }
    const before = this.#wanted;
    this.#wanted = link;
    if (!(await this.#ensureBridge())) {
      this.#wanted = before;
      return false;
    }
    this.#arrival.expect(isStarted ? undefined : sessionOf(link));
    try {
      await window.withProgress(
        { location: ProgressLocation.Window, title: "Peerline: joining…" },
        () => this.#join(link, name),
      );
    } catch (error) {
      const isComing = await this.#refused(link, error, before);
      if (!isComing) {
        this.#arrival.expect(undefined);
      }
      return isComing;
    }
    await this.#context.workspaceState.update(LAST_KEY, link);
    return true;
  }

  /** Join by a `vscode://` URI, which anybody can have put anywhere: ask first. */
  async joinByUri(uri: Uri): Promise<void> {
    const link = linkOfQuery(uri.query);
    const problem =
      uri.path === "/join" ? linkProblem(link ?? "") : "This is not a Peerline session link.";
    if (link === undefined || problem !== undefined) {
      show.error(`Peerline: ${problem}`);
      return;
    }
    const { isInSession, state } = this.#session;
    if (await confirmLink(addressOf(link), isInSession ? (state.title ?? "") : undefined)) {
      await this.join(link, { isConfirmed: true });
    }
  }

  /** Come back to the session that this window was in before it was reloaded. */
  async rejoin(): Promise<void> {
    const link = this.#context.workspaceState.get<string>(LAST_KEY);
    const name = link && settings().rejoinOnStartup && (await this.#identity.name());
    if (!link || !name) {
      return;
    }
    this.#wanted = link;
    await this.#comeBack(link, { quiet: true });
  }

  async leave(): Promise<void> {
    this.#wanted = undefined;
    await this.#context.workspaceState.update(LAST_KEY, undefined);
    if (this.#session.isSuspended) {
      this.#session.detach("you left the session");
    } else {
      await this.#session.command("peerline.leave");
    }
  }

  /** End the session for everybody, after asking. */
  async end(): Promise<void> {
    if (await confirmEnd()) {
      this.#wanted = undefined;
      await this.#context.workspaceState.update(LAST_KEY, undefined);
      await this.#session.command("peerline.endSession");
    }
  }

  async #join(link: string, name: string): Promise<void> {
    const token = await this.#identity.token(keyOfLink(link));
    if (this.#wanted !== link) {
      throw new CommandRefused("CANCELLED", "You left before the session was joined.");
    }
    this.#isJoining = true;
    await this.#session.command("peerline.join", { link, username: name, auth_token: token });
    this.#isJoining = false;
  }

  /**
   * Tell why it was not joined, with what can be done; whether it goes on trying. `before` is the
   * session that the user was in.
   */
  async #refused(link: string, error: unknown, before?: string): Promise<boolean> {
    if (!(error instanceof CommandRefused)) {
      this.#isJoining = false;
      throw error;
    }
    if (error.code === BRIDGE_STOPPED) {
      return true; // it is started again, and joins again
    }
    this.#isJoining = false;
    if (this.#wanted !== link) {
      return false; // the user wants something else by now
    }
    if (error.code === "UNREACHABLE") {
      if (before !== undefined && before !== link && this.#session.isInSession) {
        this.#wanted = before;
        show.warning(`Peerline: ${error.message}`);
        return false;
      }
      if (this.#session.state.state === "offline") {
        this.#wanted = undefined;
        show.error(`The session was not joined: ${error.message}`);
        return false;
      }
      await this.#context.workspaceState.update(LAST_KEY, link);
      show.warning(`${addressOf(link)} cannot be reached: ${error.message}`);
      return true;
    }
    if (this.#session.isSuspended) {
      this.#session.detach(error.message);
    }
    this.#wanted = this.#session.isInSession ? before : undefined;
    if (TOKEN_CODES.has(error.code)) {
      const again = "Sign In Again…";
      run("forgetting a token", () => this.#identity.forgetToken(keyOfLink(link)));
      if ((await complain(`Peerline: ${error.message}`, again)) === again) {
        await this.#signIn.signIn();
      }
      return false;
    }
    show.error(`The session was not joined: ${error.message}`);
    return false;
  }

  /** Have the bridge running for a command of the user; whether it does. */
  async #ensureBridge(): Promise<boolean> {
    const outcome = await this.#launcher.ensure();
    if (outcome === "crashing") {
      this.#giveUp();
    }
    return outcome === "running";
  }

  /**
   * The bridge has crashed: start another one and come back to the session. What was typed stays;
   * the bridge has kept on the disk what it accepted and did not send.
   */
  async restore(): Promise<void> {
    const link = this.#wanted;
    const isOver = this.#session.state.state === "offline" && !this.#isJoining;
    if (link === undefined || isOver) {
      this.#session.detach("Peerline's bridge has stopped");
      return; // the next command starts it
    }
    this.#session.suspend("Peerline's bridge has stopped and is being restarted");
    if (!(await this.#launcher.waitAfterCrash())) {
      this.#giveUp();
      return;
    }
    await this.#comeBack(link);
  }

  async #comeBack(link: string, { quiet = false } = {}): Promise<void> {
    const name = await this.#identity.name();
    if (this.#wanted !== link || !name) {
      return; // the user has left meanwhile
    }
    const outcome = await this.#launcher.ensure({ quiet });
    if (this.#wanted !== link) {
      return;
    }
    if (outcome === "crashing") {
      this.#giveUp();
    } else if (outcome === "missing") {
      this.#session.detach("Peerline's bridge was not found");
    } else {
      try {
        await this.#join(link, name);
      } catch (error) {
        await this.#refused(link, error);
      }
    }
  }

  /** It is not started again but by the user. */
  #giveUp(): void {
    const link = this.#wanted;
    this.#session.detach("Peerline's bridge keeps stopping");
    run("offering to start the bridge again", async () => {
      if (await askRestart(this.#log)) {
        this.#launcher.forgetCrashes();
        await (link === undefined ? this.#ensureBridge() : this.#restart(link));
      }
    });
  }

  async #restart(link: string): Promise<void> {
    this.#wanted = link;
    await window.withProgress(
      { location: ProgressLocation.Window, title: "Peerline: joining…" },
      () => this.#comeBack(link),
    );
  }
}
