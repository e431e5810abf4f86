// The prompts of a shared agent: the queue, with what may be taken back, and a box for another one.
import { useState } from "preact/hooks";
import { MAX_TURN_CHARS } from "../generated/limits";
import type { EditorPrompt } from "../generated/protocol";
import { countCharacters, numberLabel } from "../model/format";
import { useAct } from "./useAct";

export interface AgentActs {
  prompt(agentId: string, text: string): Promise<void>;
  /** Stop the turn that it is at: the one of this prompt, if that is known. */
  stop(agentId: string, promptId: string | undefined): Promise<void>;
  /** Take a prompt out of the queue, or stop its turn. */
  cancel(promptId: string): Promise<void>;
  /** Why something was refused, for people. */
  reasonOf(error: unknown): string;
  /** The text in an agent's box that is not sent yet. */
  draft(agentId: string): string;
  keepDraft(agentId: string, text: string): void;
}

interface PromptQueueProps {
  /** The agent's. */
  username: string;
  prompts: readonly EditorPrompt[];
  acts: AgentActs;
}

/** Nothing while there is no prompt. */
export function PromptQueue({ username, prompts, acts }: PromptQueueProps) {
  return prompts.length === 0 ? null : (
    <ol class="agent-queue" aria-label={`Prompts for ${username}`}>
      {prompts.map((prompt) => (
        <li key={prompt.id}>
          <Queued prompt={prompt} acts={acts} />
        </li>
      ))}
    </ol>
  );
}

function Queued({ prompt, acts }: { prompt: EditorPrompt; acts: AgentActs }) {
  const { act, refusal } = useAct(acts.reasonOf);
  const { username, text, state, may_cancel: mayCancel } = prompt;
  return (
    <>
      <span class="agent-prompt">
        <span class="note">{state}</span> <strong>{username}</strong>: {text}
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

interface PromptBoxProps {
  agentId: string;
  username: string;
  acts: AgentActs;
}

export function PromptBox({ agentId: id, username, acts }: PromptBoxProps) {
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
