// The agents of a session as a client sees them: their open questions, and what they did.
import type { Change } from "./changes.ts";
import type {
  AgentEvent,
  Approval,
  ApprovalAnswered,
  ApprovalAsked,
  Connected,
} from "./generated/protocol.ts";

const MAX_EVENTS = 200;

/** A part of the replica. */
export class AgentsSeen {
  #approvals = new Map<string, Approval>();
  #events: readonly AgentEvent[] = [];

  /** The open questions by their id, oldest first. */
  get approvals(): ReadonlyMap<string, Approval> {
    return this.#approvals;
  }

  /** The events since the last snapshot, oldest first; `get_activity` has the others. */
  get events(): readonly AgentEvent[] {
    return this.#events;
  }

  /** Take over a snapshot. */
  reset(message: Connected): void {
    this.#approvals = new Map((message.approvals ?? []).map((each) => [each.id, each]));
    this.#events = [];
  }

  /** Take over an event; what changed by it. */
  apply(event: AgentEvent | ApprovalAsked | ApprovalAnswered): Change {
    switch (event.type) {
      case "agent_event":
        this.#events = [...this.#events, event].slice(-MAX_EVENTS);
        return { kind: "agentDid", event };
      case "approval_asked":
        this.#approvals.set(event.approval.id, event.approval);
        return { kind: "approvalOpened", event };
      case "approval_answered": {
        const approval = this.#approvals.get(event.approval_id);
        this.#approvals.delete(event.approval_id);
        return { kind: "approvalClosed", event, ...(approval && { approval }) };
      }
    }
  }
}
