// Sets the context keys by which the walkthrough ticks what the user has done.

import { run } from "@peerline/ui/supervise";
import { commands, Disposable } from "vscode";
import { hasChatted, hasCommented, hasGoneTo, hasShared, type Milestone } from "./milestoneRules";
import type { Session } from "./session";

const reached = new Set<Milestone>();

/** The user has done this. */
export function reach(milestone: Milestone): void {
  if (!reached.has(milestone)) {
    reached.add(milestone);
    run("setting a context key", () =>
      commands.executeCommand("setContext", `peerline.${milestone}`, true),
    );
  }
}

/** Notices the first message, comment and shared file, and when the user first follows somebody. */
export function keepMilestones(session: Session): Disposable {
  const reachIf = (isReached: boolean, milestone: Milestone) => {
    if (isReached) {
      reach(milestone);
    }
  };
  return Disposable.from(
    session.onDidChangeChat((chat) => reachIf(hasChatted(chat), "hasChatted")),
    session.onDidChangeThreads((changes) => reachIf(hasCommented(changes), "hasCommented")),
    session.onDidChangeDocuments((documents) =>
      reachIf(hasShared(documents, session.state.user_id), "hasShared"),
    ),
    session.onDidChangeState((state) => reachIf(hasGoneTo(state), "hasGoneTo")),
  );
}
