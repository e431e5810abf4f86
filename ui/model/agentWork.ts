// The work of the agents that a panel shows, kept up to date and as their view takes it. Pure.
import type { AgentEvent, EditorAgentWork, EditorParticipant } from "../generated/protocol";
import { type AgentDetail, turnOf } from "./agentView";
import { revealed } from "./reveal";

export type AgentWorks = Readonly<Record<string, EditorAgentWork>>;

/** More events of a turn are not drawn. */
const MOST_EVENTS = 200;

/** The works after a message about one of them. */
export function worksAfter(works: AgentWorks, work: EditorAgentWork): AgentWorks {
  const known = works[work.agent_id];
  if (work.is_whole) {
    return { ...works, [work.agent_id]: work };
  }
  // News before the whole turn are in the whole turn.
  return known === undefined
    ? works
    : { ...works, [work.agent_id]: { ...work, events: turnAfter(known.events, work.events) } };
}

export function worksWithout(works: AgentWorks, agentId: string): AgentWorks {
  const { [agentId]: _, ...others } = works;
  return others;
}

function turnAfter(known: readonly AgentEvent[] = [], news: readonly AgentEvent[] = []) {
  const last = known.at(-1)?.seq ?? 0;
  const all = [...known, ...news.filter(({ seq }) => seq > last)];
  const start = all.findLastIndex(({ data }) => data.kind === "prompt");
  return all.slice(Math.max(start, 0)).slice(-MOST_EVENTS);
}

/** All that the view of an agent shows; the row is always there, its work may still be to come. */
export function detailOf(
  { user_id: userId, username, agent }: EditorParticipant,
  work: EditorAgentWork | undefined,
): AgentDetail | undefined {
  return agent == null
    ? undefined
    : {
        userId,
        username,
        agent,
        turn: turnOf(work?.events ?? [], work?.tool ?? undefined),
        usage: work?.usage ?? {},
        healthReasons: (agent.health_reasons ?? []).map((reason) => revealed(reason)),
        ...(work?.answer ? { answer: revealed(work.answer) } : {}),
        isShared: agent.queue != null,
        mayRemove: false,
      };
}
