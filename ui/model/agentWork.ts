// The work of the agents that a panel shows, kept up to date. Pure.
import { MAX_WORK_EVENTS } from "../generated/limits";
import type { AgentEvent, EditorAgentWork } from "../generated/protocol";

export type AgentWorks = Readonly<Record<string, EditorAgentWork>>;

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
  return all.slice(Math.max(start, 0)).slice(-MAX_WORK_EVENTS);
}
