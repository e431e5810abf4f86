// The AI agents of a session: what each does, and behind a click its work and its prompts.
import type { EditorAgent, EditorParticipant } from "../generated/protocol";
import { doingText, promptCount, runningPrompt } from "../model/agents";
import { Fold } from "./Fold";
import type { AgentActs } from "./PromptQueue";
import { useAct } from "./useAct";
import { WatchedAgent } from "./WatchedAgent";

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
  const { queue } = agent;
  const prompts = queue?.prompts ?? [];
  return (
    <article aria-label={username}>
      <div class="agent-head">
        <Fold
          name={`agent ${username}`}
          isLazy
          summary={
            <span class="agent-line">
              <strong>{username}</strong> {doingText(agent)}
              {prompts.length > 0 && (
                <span class="pill is-quiet">{promptCount(prompts.length)}</span>
              )}
            </span>
          }
        >
          <WatchedAgent person={person} acts={acts} />
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
