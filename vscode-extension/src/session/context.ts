// Keeps the context keys of the session up to date.

import { run } from "@peerline/ui/supervise";
import { commands, Disposable } from "vscode";
import { contextKeys, folderKeys } from "./contextKeys";
import type { Session } from "./session";

/** Keeps `peerline.state` and the other `ContextKeys` and `FolderKeys`. */
export function keepContext(session: Session): Disposable {
  const known = new Map<string, unknown>();
  const update = (keys: object) => {
    for (const [key, value] of Object.entries(keys)) {
      if (known.get(key) !== value) {
        known.set(key, value);
        run("setting a context key", () =>
          commands.executeCommand("setContext", `peerline.${key}`, value),
        );
      }
    }
  };
  update(contextKeys(session.state));
  update(folderKeys(session.offers));
  return Disposable.from(
    session.onDidChangeState((state) => update(contextKeys(state))),
    session.onDidChangeOffers((offers) => update(folderKeys(offers))),
  );
}
