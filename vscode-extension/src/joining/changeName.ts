// Changing one's name: at once in the session at hand, and in those that are joined from now on.

import { listen, run } from "@peerline/ui/supervise";
import { type Disposable, workspace } from "vscode";
import type { Session } from "../session/session";
import { oneLine } from "../shared/names";
import { settings } from "../shared/settings";
import { show } from "../shared/tell";
import type { Identity } from "./identity";

/** Ask for a name and take it; nothing changes if the session refuses it. */
export async function changeName(session: Session, identity: Identity): Promise<void> {
  const name = await identity.promptName(session.state.username);
  if (!name) {
    return;
  }
  const isInSession = session.isInSession;
  const shown = isInSession ? await rename(session, name) : name;
  await identity.keepName(name);
  show.info(
    isInSession
      ? `Your name is ${oneLine(shown)} now, for everybody in the session.`
      : `Others see the name ${oneLine(name)} when you start or join a session.`,
  );
}

/** A name that is changed in the settings is changed in the session, too. */
export function watchName(session: Session): Disposable {
  let known = settings().username;
  return listen(workspace.onDidChangeConfiguration, "changing the name", (event) => {
    const { username } = settings();
    if (!event.affectsConfiguration("peerline.username") || username === known) {
      return;
    }
    known = username;
    if (username !== "" && session.isInSession && username !== session.state.username) {
      run("changing the name", async () => {
        try {
          await rename(session, username);
        } catch (error) {
          show.warning(`Your name was not changed: ${error instanceof Error ? error.message : ""}`);
        }
      });
    }
  });
}

async function rename(session: Session, username: string): Promise<string> {
  const answer = await session.command("peerline.changeName", { username });
  return typeof answer === "object" && answer !== null && "username" in answer
    ? String(answer.username)
    : username;
}
