// The sign that one has arrived: the view, and a notice of the session and its people. Also while waiting.

import { run } from "@peerline/ui/supervise";
import { commands, type Disposable, ProgressLocation, window } from "vscode";
import type { Session } from "../session/session";
import { tellWithChat } from "../shared/tell";
import { arrivalText } from "./arrivalText";
import { tellLink } from "./reach";

/** Shows the session that the user has just joined, once its participants are known. */
export class Arrival implements Disposable {
  readonly #session: Session;
  readonly #disposables: Disposable[];
  /** The session that the user wants to join; one that is rejoined is no news. */
  #expected: string | undefined;
  #isShownWaiting = false;

  constructor(session: Session) {
    this.#session = session;
    this.#disposables = [
      session.onDidChangeParticipants(() => this.#arrive()),
      session.onDidChangeState(({ state }) => {
        if (state === "waiting" && !this.#isShownWaiting) {
          run("showing that one waits", () => this.#showWaiting());
        }
      }),
    ];
  }

  /** The user joins this session. */
  expect(sessionId: string | undefined): void {
    this.#expected = sessionId;
  }

  #arrive(): void {
    const { state, me, participants } = this.#session;
    const isHere = state.state === "joined" && state.session_id === this.#expected;
    if (this.#expected === undefined || !isHere || me === undefined) {
      return;
    }
    this.#expected = undefined;
    const others = participants.filter((person) => !person.is_me);
    const text = arrivalText(
      state.title,
      others.map(({ username }) => username),
    );
    run("showing the session", showSession);
    run("telling where one is", () => tellWithChat(text));
  }

  async #showWaiting(): Promise<void> {
    this.#isShownWaiting = true;
    const title = "Peerline: waiting for a host to admit you";
    await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      (_, cancelled) =>
        new Promise<void>((resolve) => {
          const changes = this.#session.onDidChangeState(({ state }) => {
            if (state !== "waiting") {
              changes.dispose();
              resolve();
            }
          });
          cancelled.onCancellationRequested(() => {
            run("cancelling", () => commands.executeCommand("peerline.leaveSession"));
          });
        }),
    );
    this.#isShownWaiting = false;
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

/** Show the session that was started, and tell that its link is in the clipboard. */
export function inviteReady(isLocal: boolean): void {
  const text = "The session has started. An invite link for editors was copied to the clipboard.";
  run("showing the session", showSession);
  if (isLocal) {
    tellLink(text, true);
  } else {
    run("telling of the invite link", () =>
      tellWithChat(`${text} Send it to the people you want to work with.`),
    );
  }
}

/** Bring the views of the session into sight; the keyboard stays where it is. */
async function showSession(): Promise<void> {
  await commands.executeCommand("peerline.chat.focus", { preserveFocus: true });
}
