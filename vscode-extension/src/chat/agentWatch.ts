// The agents that the chat panel's page looks at: they are let go with the page.
import type { FromPanel } from "@peerline/ui/messages";
import { run } from "@peerline/ui/supervise";
import type { Session } from "../session/session";

export class AgentWatch {
  readonly #session: Pick<Session, "command">;
  readonly #watched = new Set<string>();

  constructor(session: Pick<Session, "command">) {
    this.#session = session;
  }

  /** The page has asked for something. */
  note(message: FromPanel): void {
    if (message.type === "watch") {
      this.#watched[message.isWatched ? "add" : "delete"](message.agentId);
    }
  }

  /** The page is gone. */
  stop(): void {
    for (const agent_id of this.#watched) {
      // Without a session or a bridge nothing is watched anyway.
      run("looking away from an agent", () =>
        this.#session.command("peerline.unwatchAgent", { agent_id }).catch(() => undefined),
      );
    }
    this.#watched.clear();
  }
}
