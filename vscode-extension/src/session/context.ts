// The context keys by which package.json says what is to be seen and can be done when.

import type { EditorOffers, EditorState } from "@peerline/ui/generated/protocol";
import { run } from "@peerline/ui/supervise";
import { commands, Disposable } from "vscode";
import type { Session } from "./session";

/**
 * Keeps `peerline.state`, `.role`, `.inSession`, `.canWrite`, `.following`, `.hasFolders` and
 * `.sharesFolder` up to date.
 */
export function keepContext(session: Session): Disposable {
  const known = new Map<string, unknown>();
  const set = (key: string, value: unknown) => {
    if (known.get(key) !== value) {
      known.set(key, value);
      run("setting a context key", () =>
        commands.executeCommand("setContext", `peerline.${key}`, value),
      );
    }
  };
  const update = (state: EditorState) => {
    const isInSession = session.isInSession;
    set("state", state.state);
    set("inSession", isInSession);
    set("role", isInSession ? state.role : undefined);
    set("canWrite", isInSession && canWrite(state));
    set("following", state.following !== undefined);
  };
  const updateOffers = ({ offers, is_sharing }: EditorOffers) => {
    set(
      "hasFolders",
      offers.some(({ is_me }) => is_me !== true),
    );
    set("sharesFolder", is_sharing === true);
  };
  update(session.state);
  updateOffers(session.offers);
  return Disposable.from(session.onDidChangeState(update), session.onDidChangeOffers(updateOffers));
}

/** Whether the role lets one chat and comment. */
export function canWrite(state: EditorState): boolean {
  return state.role === "host" || state.role === "editor";
}
