// The deeds and questions of AI agents, and people's answers, in the words of a timeline. Pure.
import type { ActivityEntry } from "@peerline/client/session";

type Event = NonNullable<ActivityEntry["event"]>;
type AgentEvent = Extract<Event, { type: "agent_event" }>;
type ToolCall = Extract<AgentEvent["data"], { name: string }>;
type Answered = Extract<Event, { type: "approval_answered" }>;

export interface AgentDeed {
  /** As it follows the name. */
  readonly did: string;
  readonly said?: string;
  /** The input of a tool. */
  readonly code?: string;
}

/** The deed of an agent, if this page knows its kind. */
export function agentDeed({ data }: AgentEvent): AgentDeed | undefined {
  switch (data.kind) {
    case "prompt":
      return { did: "was given a prompt", said: data.text };
    case "turn_end":
      return { did: `ended its turn (${data.reason})`, ...(data.text ? { said: data.text } : {}) };
    case "tool_call":
      return { did: callText(data), ...(data.input ? { code: data.input } : {}) };
    case "plan": {
      const done = data.entries.filter(({ status }) => status === "completed").length;
      const said = data.entries.map(({ text, status }) => `${MARKS[status ?? "pending"]} ${text}`);
      return { did: `planned: ${done} of ${data.entries.length} done`, said: said.join("\n") };
    }
    case "note":
      return { did: "noted", said: data.text };
    default:
      return undefined;
  }
}

/** A question of an agent. */
export function questionDeed({ approval }: Extract<Event, { type: "approval_asked" }>): AgentDeed {
  const { title, tool, detail } = approval;
  const did = `asked: ${title}${tool ? ` (${tool})` : ""}`;
  return { did, ...(detail ? { code: detail } : {}) };
}

/** The end of a question, by the person who answered it or by the agent. */
export function answerDeed({ answer, comment }: Answered): AgentDeed | undefined {
  const did = ANSWERS[answer];
  return did === undefined ? undefined : { did, ...(comment ? { said: comment } : {}) };
}

/** A person who prompted a shared agent. */
export function promptDeed({ prompt }: Extract<Event, { type: "agent_prompted" }>): AgentDeed {
  return { did: "prompted an agent", said: prompt.text };
}

/** The end of a prompt before its turn was over; the turn itself is a deed of the agent. */
export function promptChange({
  state,
}: Extract<Event, { type: "prompt_changed" }>): AgentDeed | undefined {
  const did = { stopping: "stopped an agent", cancelled: "took a prompt back" }[state as string];
  return did === undefined ? undefined : { did };
}

const MARKS = { pending: "○", in_progress: "◐", completed: "●" } as const;
const ANSWERS: Readonly<Record<string, string>> = {
  allow_once: "allowed what an agent asked, once",
  deny: "denied what an agent asked",
  expired: "got no answer in time",
  withdrawn: "took a question back",
};

function callText({ name, title, status, files }: ToolCall): string {
  const what = title || files?.map(({ file }) => file).join(", ");
  const begins = what?.toLowerCase().startsWith(`${name} `.toLowerCase()) === true;
  const called = what ? (begins ? what : `${name} ${what}`) : name;
  const counted = linesOf(files ?? []);
  return `used ${called}${counted}${status === "completed" ? "" : `, which ${ENDS[status]}`}`;
}

const ENDS = { failed: "failed", denied: "was denied" } as const;

function linesOf(files: NonNullable<ToolCall["files"]>): string {
  const added = files.reduce((sum, { lines_added }) => sum + (lines_added ?? 0), 0);
  const removed = files.reduce((sum, { lines_removed }) => sum + (lines_removed ?? 0), 0);
  return added + removed === 0 ? "" : ` (+${added} -${removed} lines)`;
}
