// An agent of a panel as its view takes it. Apart from the state, which the page has without a view.
// Pure.
import type { EditorAgentWork, EditorParticipant } from "../generated/protocol";
import { type AgentDetail, turnOf } from "./agentView";
import { revealed } from "./reveal";

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
