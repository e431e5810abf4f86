// One AI agent as everybody sees it at work: state, prompts, plan, calls, files, usage and health.
import { type ComponentChildren, createContext } from "preact";
import { useContext, useId, useState } from "preact/hooks";
import type { EditorPlanEntry } from "../generated/protocol";
import { doingText, ownerText, runningPrompt } from "../model/agents";
import {
  type AgentCall,
  type AgentDetail,
  contextShare,
  diffLines,
  durationText,
  endText,
  kindText,
  type TouchedFile,
  turnEndText,
  usageRows,
} from "../model/agentView";
import { type AgentActs, PromptBox, PromptQueue } from "./PromptQueue";
import { Plain } from "./RichText";
import { useAct } from "./useAct";

/** Of the calls of a turn the last ones are drawn. */
const MOST_CALLS = 100;

/** The level of the headings, below that of what the view is in. */
const Level = createContext(3);

interface AgentViewProps {
  detail: AgentDetail;
  acts: AgentActs;
  /** Opens a file. */
  onOpen(file: string): void;
  /** Whether what it does now, and the button to stop it, are beside it. */
  isInRow?: boolean;
  /** Stands above everything else, as the questions of the agent. */
  children?: ComponentChildren;
}

export function AgentView({ detail, acts, onOpen, isInRow, children }: AgentViewProps) {
  const { userId, username, agent, turn, usage, healthReasons, answer, isShared } = detail;
  const { act, refusal } = useAct(acts.reasonOf);
  const { plan = [], queue, health, product, model } = agent;
  const about = [ownerText(agent), product, model ?? ""].filter((part) => part !== "");
  return (
    <Level.Provider value={isInRow === true ? 2 : 3}>
      <div class="agent-view">
        <p class="agent-about">{about.join(" · ")}</p>
        {isInRow !== true && (
          <p class="agent-now">
            <span>{doingText(agent) || "No activity reported yet."}</span>
            {queue?.may_stop === true && (
              <button
                type="button"
                aria-label={`Stop ${username}`}
                onClick={() =>
                  act("stopping an agent", () => acts.stop(userId, runningPrompt(queue)))
                }
              >
                Stop
              </button>
            )}
          </p>
        )}
        {refusal !== "" && <p role="alert">{refusal}</p>}
        {children}
        {isShared && (
          <Part title="Prompts">
            <PromptQueue username={username} prompts={queue?.prompts ?? []} acts={acts} />
            {queue?.may_prompt === true ? (
              <PromptBox agentId={userId} username={username} acts={acts} />
            ) : (
              <p class="note">You cannot prompt this agent.</p>
            )}
          </Part>
        )}
        {answer !== undefined && (
          <Part title="Answer so far">
            <p class="agent-answer">
              <Plain text={answer} />
            </p>
          </Part>
        )}
        {plan.length > 0 && (
          <Part title={planTitle(plan)}>
            <Plan plan={plan} />
          </Part>
        )}
        <Part title={turn.end === undefined ? "This turn" : "Last turn"}>
          {turn.prompt !== undefined && <p class="agent-asked">{turn.prompt}</p>}
          {turn.calls.length === 0 && <p class="note">No tool was called.</p>}
          {turn.calls.length > MOST_CALLS && (
            <p class="note">
              The last {MOST_CALLS} of {turn.calls.length} calls.
            </p>
          )}
          {turn.calls.length > 0 && (
            <ol class="agent-calls" aria-label="Tool calls">
              {turn.calls.slice(-MOST_CALLS).map((call) => (
                <li key={call.key}>
                  <Call call={call} />
                </li>
              ))}
            </ol>
          )}
          {turn.end !== undefined && <p class="note">{turnEndText(turn.end)}</p>}
        </Part>
        {turn.files.length > 0 && (
          <Part title="File changes">
            <ul class="agent-files">
              {turn.files.map((file) => (
                <li key={file.file}>
                  <Touched touched={file} onOpen={onOpen} />
                </li>
              ))}
            </ul>
          </Part>
        )}
        <Usage usage={usage} />
        {health != null && (
          <Part title={`Health ${Math.round(health)} of 100`}>
            {healthReasons.length > 0 && (
              <ul class="agent-reasons">
                {healthReasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            )}
          </Part>
        )}
      </div>
    </Level.Provider>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <h3 id={heading} aria-level={useContext(Level)}>
        {title}
      </h3>
      {children}
    </section>
  );
}

function planTitle(plan: readonly EditorPlanEntry[]): string {
  const done = plan.filter(({ status }) => status === "completed").length;
  return `Plan: ${done} of ${plan.length} done`;
}

const STEPS = { pending: "to do", in_progress: "under way", completed: "done" } as const;

/** A checklist that nobody but the agent checks. */
function Plan({ plan }: { plan: readonly EditorPlanEntry[] }) {
  return (
    <ul class="agent-plan">
      {plan.map(({ text, status }, index) => (
        <li key={index} class={`is-${status}`}>
          <span class="agent-check" aria-hidden="true" />
          <span>
            <span class="unseen">{STEPS[status]}: </span>
            <Plain text={text} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Call({ call }: { call: AgentCall }) {
  const { kind, title, status, milliseconds, output } = call;
  const end = endText(status);
  return (
    <>
      <span class="agent-kind">{kindText(kind)}</span> <span class="agent-title">{title}</span>{" "}
      {end !== "" && <strong class={`agent-end is-${status}`}>{end}</strong>}{" "}
      {milliseconds !== undefined && <span class="note">{durationText(milliseconds)}</span>}
      {output !== undefined && (
        <details>
          <summary aria-label={`Output of ${title}`}>Output</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
          <pre class="code-block agent-diff" tabIndex={0}>
            {output}
          </pre>
        </details>
      )}
    </>
  );
}

function Touched({ touched, onOpen }: { touched: TouchedFile; onOpen(file: string): void }) {
  const { file, added, removed, diffs } = touched;
  return (
    <>
      <button type="button" class="file" title={`Open ${file}`} onClick={() => onOpen(file)}>
        {file}
      </button>
      <span class="file-note">
        {added !== undefined && <ins>+{added}</ins>}{" "}
        {removed !== undefined && <del>−{removed}</del>}
      </span>
      {diffs.length > 0 && <Diffs file={file} diffs={diffs} />}
    </>
  );
}

/** The changes of a file, drawn once they are opened: there can be very many. */
function Diffs({ file, diffs }: { file: string; diffs: readonly string[] }) {
  const [isOpen, setOpen] = useState(false);
  const { lines, left } = diffLines(isOpen ? diffs : []);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={`Changes of ${file}`}>Changes</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
      <pre class="code-block agent-diff" tabIndex={0}>
        {lines.map((line, index) => (
          <DiffLine key={index} line={line} />
        ))}
        {left}
      </pre>
    </details>
  );
}

function DiffLine({ line }: { line: string }) {
  const text = `${line}\n`;
  return line.startsWith("+") ? <ins>{text}</ins> : line.startsWith("-") ? <del>{text}</del> : text;
}

function Usage({ usage }: { usage: AgentDetail["usage"] }) {
  const rows = usageRows(usage);
  const share = contextShare(usage);
  return rows.length === 0 ? null : (
    <Part title="Usage">
      {share !== undefined && <meter aria-label="Context used" value={share} high={0.7} />}
      <dl class="agent-usage">
        {rows.map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}
