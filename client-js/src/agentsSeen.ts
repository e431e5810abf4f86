// The agents of a session as a client sees them: their open questions, and what they did.
import type { Change } from "./changes.ts";
import type {
  AgentEvent,
  AgentPrompted,
  Approval,
  ApprovalAnswered,
  ApprovalAsked,
  Connected,
  Prompt,
  PromptChanged,
} from "./generated/protocol.ts";

const MAX_EVENTS = 200;

/** The deeds of agents, their questions, and the prompts of shared ones. */
export type EventOfAgent =
  | AgentEvent
  | ApprovalAsked
  | ApprovalAnswered
  | AgentPrompted
  | PromptChanged;

/** A part of the replica. */
export class AgentsSeen {
  #approvals = new Map<string, Approval>();
  #prompts = new Map<string, Prompt>();
  #events: readonly AgentEvent[] = [];

  /** The open questions by their id, oldest first. */
  get approvals(): ReadonlyMap<string, Approval> {
    return this.#approvals;
  }

  /** The prompts that are not over by their id, oldest first: the queue of each agent. */
  get prompts(): ReadonlyMap<string, Prompt> {
    return this.#prompts;
  }

  /** The events since the last snapshot, oldest first; `get_activity` has the others. */
  get events(): readonly AgentEvent[] {
    return this.#events;
  }

  /** Take over a snapshot. */
  reset(message: Connected): void {
    this.#approvals = new Map((message.approvals ?? []).map((each) => [each.id, each]));
    this.#prompts = new Map((message.prompts ?? []).map((each) => [each.id, each]));
    this.#events = [];
  }

  /** Take over an event; what changed by it. */
  apply(event: EventOfAgent): Change {
    switch (event.type) {
      case "agent_event":
        this.#events = [...this.#events, event].slice(-MAX_EVENTS);
        return { kind: "agentDid", event };
      case "approval_asked":
        this.#approvals.set(event.approval.id, event.approval);
        return { kind: "approvalOpened", event };
      case "agent_prompted":
        this.#prompts.set(event.prompt.id, event.prompt);
        return { kind: "promptsMoved", event, prompt: event.prompt };
      case "prompt_changed":
        return this.#move(event);
      case "approval_answered": {
        const approval = this.#approvals.get(event.approval_id);
        this.#approvals.delete(event.approval_id);
        return { kind: "approvalClosed", event, ...(approval && { approval }) };
      }
    }
  }

  #move(event: PromptChanged): Change {
    const { prompt_id: id, state } = event;
    const prompt = this.#prompts.get(id);
    if (state === "done" || state === "cancelled") this.#prompts.delete(id);
    else if (prompt) this.#prompts.set(id, { ...prompt, state });
    return { kind: "promptsMoved", event, ...(prompt && { prompt }) };
  }
}
