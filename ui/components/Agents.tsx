// The AI agents of a session: what each does, its queue of prompts, and a box to prompt it.
import { useState } from "preact/hooks";
import { MAX_TURN_CHARS } from "../generated/limits";
import type { EditorAgent, EditorParticipant, EditorPrompt } from "../generated/protocol";
import {
  doingText,
  ownerText,
  planText,
  promptCount,
  promptStateText,
  usageText,
} from "../model/agents";
import { countCharacters, numberLabel } from "../model/format";
import { Fold } from "./Fold";
import { useAct } from "./useAct";

export interface AgentActs {
  prompt(agentId: string, text: string): Promise<void>;
  /** Stop its turn. */
  stop(agentId: string): Promise<void>;
  /** Take a prompt out of the queue, or stop its turn. */
  cancel(promptId: string): Promise<void>;
  /** Why something was refused, for people. */
  reasonOf(error: unknown): string;
  /** The text in an agent's box that is not sent yet. */
  draft(agentId: string): string;
  keepDraft(agentId: string, text: string): void;
}

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
              {plan.map((entry) => (
                <li key={entry.text}>{planText(entry)}</li>
              ))}
            </ul>
          )}
          {prompts.length > 0 && (
            <ol class="agent-queue" aria-label={`Prompts for ${username}`}>
              {prompts.map((prompt) => (
                <li key={prompt.id}>
                  <Queued prompt={prompt} acts={acts} />
                </li>
              ))}
            </ol>
          )}
          {queue?.may_prompt === true && <PromptBox person={person} acts={acts} />}
        </Fold>
        {queue?.may_stop === true && (
          <button
            type="button"
            aria-label={`Stop ${username}`}
            onClick={() => act("stopping an agent", () => acts.stop(id))}
          >
            Stop
          </button>
        )}
      </div>
      {refusal !== "" && <p role="alert">{refusal}</p>}
    </article>
  );
}

function Queued({ prompt, acts }: { prompt: EditorPrompt; acts: AgentActs }) {
  const { act, refusal } = useAct(acts.reasonOf);
  const { username, text, state, may_cancel: mayCancel } = prompt;
  return (
    <>
      <span class="agent-prompt">
        <span class="note">{promptStateText(state)}</span> <strong>{username}</strong>: {text}
      </span>
      {mayCancel === true && state === "waiting" && (
        <button
          type="button"
          class="quiet"
          aria-label={`Cancel the prompt of ${username}: ${text}`}
          onClick={() => act("cancelling a prompt", () => acts.cancel(prompt.id))}
        >
          Cancel
        </button>
      )}
      {refusal !== "" && <p role="alert">{refusal}</p>}
    </>
  );
}

function PromptBox({ person, acts }: { person: EditorParticipant; acts: AgentActs }) {
  const { user_id: id, username } = person;
  const { act, refusal } = useAct(acts.reasonOf);
  const [text, setText] = useState(() => acts.draft(id));
  const change = (next: string): void => {
    setText(next);
    acts.keepDraft(id, next);
  };
  const length = countCharacters(text);
  const canSend = text.trim() !== "" && length <= MAX_TURN_CHARS;
  const send = (): void => {
    if (canSend) {
      act(
        "prompting an agent",
        () => acts.prompt(id, text),
        // A text that was written meanwhile is another prompt.
        () =>
          setText((now) => {
            const rest = now === text ? "" : now;
            acts.keepDraft(id, rest);
            return rest;
          }),
      );
    }
  };
  return (
    <form
      class="agent-box"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        rows={2}
        aria-label={`Prompt for ${username}`}
        placeholder={`What ${username} is to do`}
        value={text}
        aria-invalid={length > MAX_TURN_CHARS}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          // While an input method composes, the keys belong to it.
          if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            send();
          }
        }}
      />
      <button type="submit" disabled={!canSend}>
        Prompt
      </button>
      {length > MAX_TURN_CHARS && (
        <p role="alert">
          {numberLabel(length)} of {numberLabel(MAX_TURN_CHARS)} characters
        </p>
      )}
      {refusal !== "" && <p role="alert">{refusal}</p>}
    </form>
  );
}
