// The AI agents of a session: what each does, its queue of prompts, and a box to prompt it.
import type { EditorAgent, EditorParticipant } from "../generated/protocol";
import {
  doingText,
  ownerText,
  planText,
  promptCount,
  runningPrompt,
  usageText,
} from "../model/agents";
import { Fold } from "./Fold";
import { type AgentActs, PromptBox, PromptQueue } from "./PromptQueue";
import { useAct } from "./useAct";

interface AgentsProps {
  participants: readonly EditorParticipant[];
  acts: AgentActs;
}

/** Nothing while there is no agent. */
export function Agents({ participants, acts }: AgentsProps) {
  const agents = participants.flatMap((person) =>
    person.agent == null ? [] : [{ person, agent: person.agent }],
  );
  return agents.length === 0 ? null : (
    <section class="agents" aria-label={`Agents (${agents.length})`}>
      <ul>
        {agents.map(({ person, agent }) => (
          <li key={person.user_id}>
            <Agent person={person} agent={agent} acts={acts} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface AgentProps {
  person: EditorParticipant;
  agent: EditorAgent;
  acts: AgentActs;
}

function Agent({ person, agent, acts }: AgentProps) {
  const { act, refusal } = useAct(acts.reasonOf);
  const { user_id: id, username } = person;
  const { plan = [], queue } = agent;
  const prompts = queue?.prompts ?? [];
  const about = [ownerText(agent), agent.product, agent.model ?? "", usageText(agent)];
  return (
    <article aria-label={username}>
      <div class="agent-head">
        <Fold
          name={`agent ${username}`}
          summary={
            <span class="agent-line">
              <strong>{username}</strong> {doingText(agent)}
              {prompts.length > 0 && (
                <span class="pill is-quiet">{promptCount(prompts.length)}</span>
              )}
            </span>
          }
        >
          <p class="agent-about">{about.filter((part) => part !== "").join(" · ")}</p>
          {plan.length > 0 && (
            <ul class="agent-plan" aria-label={`Plan of ${username}`}>
              {plan.map((entry, index) => (
                <li key={index}>{planText(entry)}</li>
              ))}
            </ul>
          )}
          <PromptQueue username={username} prompts={prompts} acts={acts} />
          {queue?.may_prompt === true && <PromptBox agentId={id} username={username} acts={acts} />}
        </Fold>
        {queue?.may_stop === true && (
          <button
            type="button"
            aria-label={`Stop ${username}`}
            onClick={() => act("stopping an agent", () => acts.stop(id, runningPrompt(queue)))}
          >
            Stop
          </button>
        )}
      </div>
      {refusal !== "" && <p role="alert">{refusal}</p>}
    </article>
  );
}
