// The context keys by which the walkthrough ticks what the user has done, and not what was shown.

import { run } from "@peerline/ui/supervise";
import { commands, Disposable } from "vscode";
import type { Session } from "./session";

type Milestone = "hasChatted" | "hasCommented" | "hasGoneTo" | "hasShared";

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
  return Disposable.from(
    session.onDidChangeChat(({ messages }) => {
      if (messages.some((message) => message.is_me && message.kind === "chat")) {
        reach("hasChatted");
      }
    }),
    session.onDidChangeThreads(({ changed }) => {
      if (changed.some((thread) => thread.is_me || thread.replies.some(({ is_me }) => is_me))) {
        reach("hasCommented");
      }
    }),
    session.onDidChangeDocuments((documents) => {
      if (documents.some(({ shared_by }) => shared_by === session.state.user_id)) {
        reach("hasShared");
      }
    }),
    session.onDidChangeState(({ following }) => {
      if (following !== undefined) {
        reach("hasGoneTo");
      }
    }),
  );
}
