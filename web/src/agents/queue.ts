// The prompts of a shared AI agent as the page shows them, made from the replica. Pure.
import type { Participant, Replica } from "@peerline/client/session";
import type { EditorQueue } from "@peerline/ui/generated/protocol";
import { mayDecide } from "../shared/approvals.ts";
import { oneLine } from "../shared/toPanel.ts";

/** The queue of an agent, and what the own user may do about it; nothing of one that is not shared. */
export function queueOf(replica: Replica, { id, agent }: Participant): EditorQueue | undefined {
  const policy = agent?.prompt_policy;
  if (agent === undefined || policy == null) {
    return undefined;
  }
  const mine = [...replica.agents.prompts.values()].filter(({ agent_id }) => agent_id === id);
  const { connected } = replica;
  const me = connected?.user.kind === "agent" ? undefined : connected;
  const isRunning = mine.some(({ state }) => state === "running");
  return {
    prompts: mine.map(({ id: promptId, user_id, username, text, state }) => ({
      id: promptId,
      user_id,
      username: oneLine(username),
      text: oneLine(text),
      state: state ?? "waiting",
      may_cancel:
        me !== undefined &&
        state !== "stopping" &&
        (me.role === "host" || me.user.id === user_id || me.user.id === agent.owner_id),
    })),
    may_prompt: mayDecide(replica, agent.owner_id, policy),
    may_stop: me !== undefined && isRunning && me.role !== "viewer",
  };
}
