// The work of an AI agent as its view shows it: the turn made from its events, and the words. Pure.
import type { AgentEvent, AgentTool, AgentUsage, EditorAgent } from "../generated/protocol";
import { numberLabel } from "./format";
import { revealed } from "./reveal";

/** Of the changes of a file the first lines are drawn. */
export const MAX_DIFF_LINES = 1000;

/** A file that a call, or a turn, has changed. */
export interface TouchedFile {
  readonly file: string;
  readonly added?: number;
  readonly removed?: number;
  /** Its changes as unified diffs. */
  readonly diffs: readonly string[];
}

/** A tool call that is over, or under way. */
export interface AgentCall {
  readonly key: string;
  readonly kind: AgentTool["kind"];
  readonly title: string;
  readonly status: AgentTool["status"];
  readonly milliseconds?: number;
  readonly files: readonly TouchedFile[];
  /** The end of its output, as far as that is shared. */
  readonly output?: string;
}

/** The turn that an agent is at, or was at last. */
export interface AgentTurn {
  /** Its prompt; absent where the events before are not known, or not shared. */
  readonly prompt?: string;
  readonly calls: readonly AgentCall[];
  /** All files that it has changed, as they were changed last. */
  readonly files: readonly TouchedFile[];
  readonly end?: { readonly reason: string; readonly milliseconds?: number };
}

/** All that a view of one agent shows. */
export interface AgentDetail {
  readonly userId: string;
  readonly username: string;
  readonly agent: EditorAgent;
  readonly turn: AgentTurn;
  readonly usage: AgentUsage;
  readonly healthReasons: readonly string[];
  /** The end of the answer that it is writing. */
  readonly answer?: string;
  /** Whether it can be prompted from the session at all. */
  readonly isShared: boolean;
  readonly mayRemove: boolean;
}

/** The last turn among the events of one agent, oldest first, and the call that it is at. */
export function turnOf(events: readonly AgentEvent[], tool?: AgentTool): AgentTurn {
  const start = events.findLastIndex(({ data }) => data.kind === "prompt");
  const calls: AgentCall[] = [];
  let prompt: string | undefined;
  let end: AgentTurn["end"];
  for (const { data, seq } of events.slice(Math.max(0, start))) {
    switch (data.kind) {
      case "prompt":
        prompt = revealed(data.text);
        break;
      case "tool_call":
        calls.push(callOf(data, `${seq}`));
        break;
      case "turn_end":
        end = { reason: revealed(data.reason), ...milliseconds(data.duration_ms) };
        break;
    }
  }
  if (tool !== undefined && (tool.status === "pending" || tool.status === "running")) {
    const { name, title, kind, status } = tool;
    calls.push({ key: "now", kind, title: calledText(kind, name, title), status, files: [] });
  }
  return {
    ...(prompt === undefined ? {} : { prompt }),
    calls,
    files: together(calls.flatMap(({ files }) => files)),
    ...(end === undefined ? {} : { end }),
  };
}

type Data = Extract<AgentEvent["data"], { name: string }>;

function callOf(data: Data, key: string): AgentCall {
  const { tool_kind: kind, name, title, status, duration_ms: took } = data;
  const files = (data.files ?? []).map(({ file, lines_added, lines_removed, diff }) => ({
    file: revealed(file),
    ...(lines_added == null ? {} : { added: lines_added }),
    ...(lines_removed == null ? {} : { removed: lines_removed }),
    diffs: diff ? [revealed(diff)] : [],
  }));
  const what = title || files[0]?.file;
  return {
    key,
    kind,
    title: calledText(kind, name, what),
    status,
    ...milliseconds(took),
    files,
    ...(data.output ? { output: revealed(data.output) } : {}),
  };
}

/** The first lines of diffs, and what is said of those that are left out. */
export function diffLines(diffs: readonly string[]): { lines: readonly string[]; left: string } {
  const lines = diffs.length === 0 ? [] : diffs.join("\n").split("\n");
  const more = lines.length - MAX_DIFF_LINES;
  return {
    lines: lines.slice(0, MAX_DIFF_LINES),
    left: more > 0 ? `… and ${more} more ${more === 1 ? "line" : "lines"}` : "",
  };
}

function milliseconds(took: number | undefined): { milliseconds?: number } {
  return took == null ? {} : { milliseconds: took };
}

/** Each file once, with its lines summed up, in the order of the last change. */
function together(files: readonly TouchedFile[]): TouchedFile[] {
  const found = new Map<string, TouchedFile>();
  for (const each of files) {
    const before = found.get(each.file);
    found.delete(each.file);
    const added = sum(before?.added, each.added);
    const removed = sum(before?.removed, each.removed);
    found.set(each.file, {
      file: each.file,
      ...(added === undefined ? {} : { added }),
      ...(removed === undefined ? {} : { removed }),
      diffs: [...(before?.diffs ?? []), ...each.diffs],
    });
  }
  return [...found.values()];
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}

/** A tool and what it was called with, as it follows its kind; many a title begins with the tool. */
export function calledText(
  kind: AgentCall["kind"],
  name: string,
  title: string | undefined,
): string {
  if (!title) {
    return revealed(name);
  }
  const isTold = [kindText(kind), title].some((text) =>
    `${text} `.toLowerCase().startsWith(`${name} `.toLowerCase()),
  );
  return revealed(isTold ? title : `${name} ${title}`);
}

const KINDS: Readonly<Record<NonNullable<AgentCall["kind"]>, string>> = {
  read: "Read",
  edit: "Edit",
  delete: "Delete",
  move: "Move",
  search: "Search",
  execute: "Run",
  think: "Think",
  fetch: "Fetch",
  switch_mode: "Mode",
  other: "Tool",
};

/** The kind of a call in a word. */
export function kindText(kind: AgentCall["kind"]): string {
  return KINDS[kind ?? "other"];
}

/** The word for the end of a call; none for one that went well. */
export function endText(status: AgentCall["status"]): string {
  return { completed: "", failed: "failed", denied: "denied", pending: "waits", running: "runs" }[
    status
  ];
}

/** 41 ms, 1.4 s, 42 s, 1:05 min. */
export function durationText(took: number): string {
  if (took < 1000) {
    return `${Math.round(took)} ms`;
  }
  if (took < 10_000) {
    return `${(took / 1000).toFixed(1).replace(".0", "")} s`;
  }
  const seconds = Math.round(took / 1000);
  return seconds < 60
    ? `${seconds} s`
    : `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")} min`;
}

/** `Turn ended after 52 s: end_turn`. */
export function turnEndText({ reason, milliseconds: took }: NonNullable<AgentTurn["end"]>): string {
  return `Turn ended${took === undefined ? "" : ` after ${durationText(took)}`}: ${reason}`;
}

/** The numbers of a usage that are known, each with its name. */
export function usageRows(usage: AgentUsage): { name: string; text: string }[] {
  const { context_used: used, context_limit: limit, cost, currency } = usage;
  const share = used == null || !limit ? "" : `${Math.round((100 * used) / limit)} %, `;
  const of = limit == null ? "" : ` of ${numberLabel(limit)}`;
  const rows: [name: string, text: string | undefined][] = [
    ["Context", used == null ? undefined : `${share}${numberLabel(used)}${of} tokens`],
    ["Input", tokens(usage.input_tokens)],
    ["Output", tokens(usage.output_tokens)],
    ["Cached", tokens(usage.cached_tokens)],
    ["Cost", cost == null ? undefined : `${cost.toFixed(2)} ${currency ?? ""}`.trim()],
  ];
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]));
}

function tokens(count: number | undefined): string | undefined {
  return count == null ? undefined : `${numberLabel(count)} tokens`;
}

/** The share of the context that is used, 0 to 1, if it is known. */
export function contextShare({ context_used: used, context_limit: limit }: AgentUsage) {
  return used == null || !limit ? undefined : Math.min(1, used / limit);
}
