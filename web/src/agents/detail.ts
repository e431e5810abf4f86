// All that the page knows of one AI agent, made from the replica and its events of before. Pure.
import { type AgentEvent, type Replica, revealControls } from "@peerline/client/session";
import { type AgentDetail, turnOf } from "@peerline/ui/model/agentView";
import { oneLine, Views } from "../shared/toPanel.ts";
import { queueOf } from "./queue.ts";

/** An agent that is here; `earlier` are events of its own that the replica may not have. */
export function agentDetail(
  replica: Replica,
  agentId: string,
  earlier: readonly AgentEvent[],
): AgentDetail | undefined {
  const person = replica.participants.get(agentId);
  if (person === undefined) {
    return undefined;
  }
  const { activity, agent } = person;
  const queue = queueOf(replica, person);
  const { connected } = replica;
  const answer = activity?.answer;
  return {
    userId: agentId,
    username: oneLine(person.username),
    agent: {
      ...new Views(replica, new Map()).agent(person),
      ...(queue === undefined ? {} : { queue }),
    },
    turn: turnOf(eventsOf(replica, agentId, earlier), activity?.tool ?? undefined),
    usage: activity?.usage ?? {},
    healthReasons: (activity?.health_reasons ?? []).map((reason) => oneLine(reason)),
    ...(answer ? { answer: revealControls(answer) } : {}),
    isShared: queue !== undefined,
    mayRemove: replica.isHost || (agent !== undefined && connected?.user.id === agent.owner_id),
  };
}

/** The events of one agent, each once, oldest first. */
function eventsOf(
  replica: Replica,
  agentId: string,
  earlier: readonly AgentEvent[],
): readonly AgentEvent[] {
  const found = new Map<number, AgentEvent>();
  for (const event of [...earlier, ...replica.agents.events]) {
    if (event.user_id === agentId) {
      found.set(event.seq, event);
    }
  }
  return [...found.values()].sort((one, other) => one.seq - other.seq);
}
