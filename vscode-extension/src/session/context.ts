// The context keys by which package.json says what is to be seen and can be done when.

import type { EditorState } from "@peerline/ui/generated/protocol";
import { run } from "@peerline/ui/supervise";
import { commands, type Disposable } from "vscode";
import type { Session } from "./session";

/** Keeps `peerline.state`, `.role`, `.inSession`, `.canWrite` and `.following` up to date. */
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
  update(session.state);
  return session.onDidChangeState(update);
}

/** Whether the role lets one chat and comment. */
export function canWrite(state: EditorState): boolean {
  return state.role === "host" || state.role === "editor";
}
