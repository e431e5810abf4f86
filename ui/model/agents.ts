// The words about an AI agent among the participants. Pure.
import type { EditorAgent, EditorPlanEntry } from "../generated/protocol";
import { revealed } from "./reveal";

const STATES: { readonly [Name in NonNullable<EditorAgent["state"]>]: string } = {
  idle: "idle",
  thinking: "thinking",
  working: "working",
  waiting_approval: "waits for approval",
  waiting_input: "waits for an answer",
  error: "error",
  done: "done",
};

/** `agent of alice`. */
export function ownerText({ owner }: EditorAgent): string {
  return owner === "" ? "agent" : `agent of ${owner}`;
}

/** `working: Editing src/cart.py`; empty before the agent has told anything. */
export function doingText({ state, doing }: EditorAgent): string {
  const words = state == null ? "" : STATES[state];
  return [words, doing == null ? "" : revealed(doing)].filter((part) => part !== "").join(": ");
}

/** `51 % of context · 0.17 USD · health 92 (a call failed)`, of these what is known. */
export function usageText(agent: EditorAgent): string {
  const { context_percent, cost, currency, health, health_reasons: reasons = [] } = agent;
  const why = reasons.length === 0 ? "" : ` (${revealed(reasons.join(", "))})`;
  return [
    context_percent == null ? "" : `${context_percent} % of context`,
    cost == null ? "" : `${cost.toFixed(2)} ${currency ?? ""}`.trim(),
    health == null ? "" : `health ${Math.round(health)}${why}`,
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

const MARKS = { pending: "☐", in_progress: "▸", completed: "☑" } as const;

/** A step of a plan behind its mark. */
export function planText({ text, status }: EditorPlanEntry): string {
  return `${MARKS[status]} ${revealed(text)}`;
}

/** The prompt whose turn an agent is at. */
export function runningPrompt(queue: EditorAgent["queue"]): string | undefined {
  return queue?.prompts?.find(({ state }) => state === "running")?.id;
}

/** `1 prompt`. */
export function promptCount(count: number): string {
  return count === 1 ? "1 prompt" : `${count} prompts`;
}

/** All of it in one line, without what is not known. */
export function agentText(agent: EditorAgent): string {
  return [ownerText(agent), doingText(agent), usageText(agent)]
    .filter((part) => part !== "")
    .join(" · ");
}
