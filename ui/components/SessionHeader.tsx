// The session at a glance: title, state, tokens, health, and what else is known of it.
import type { ComponentChildren } from "preact";
import type { EditorState, SessionInfo } from "../generated/protocol";
import { numberLabel, shortNumber } from "../model/format";
import { revealed } from "../model/reveal";
import { connectionNote } from "../model/state";
import { Fold } from "./Fold";

const TOKENS_HINT = "They fill the contexts of the AI agents in the session.";
const HEALTH_HINT =
  "That of the AI agent that does worst: it falls as its context fills and its calls fail.";

interface SessionHeaderProps {
  connection: EditorState;
  /** The title of the session, also when it was left. */
  title?: string;
  /** Whether there is little room: all but the title is folded away. */
  isShort: boolean;
  /** More above the conversation. */
  children?: ComponentChildren;
}

export function SessionHeader({ connection, title, isShort, children }: SessionHeaderProps) {
  const { session } = connection;
  // The end of a session is told below the messages, with what can be done.
  const note = connection.state === "offline" ? undefined : connectionNote(connection);
  const details = session === undefined ? [] : detailsOf(session);
  const line = (
    <span class="session-line">
      <h1 title={title}>{title ?? "Session"}</h1>
      {session?.status !== undefined && (
        <span class="pill" title={`Status: ${session.status}`}>
          {session.status}
        </span>
      )}
      {connection.role !== undefined && note === undefined && (
        <span class="pill is-quiet" title="Your role">
          {connection.role}
        </span>
      )}
    </span>
  );
  const rest = (
    <>
      {session !== undefined && <Figures session={session} />}
      {details.length > 0 && (
        <Fold name="details" summary="Details">
          <dl class="details">
            {details.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </Fold>
      )}
    </>
  );
  const banner = note !== undefined && <p class={`banner is-${connection.state}`}>{note}</p>;
  return isShort ? (
    <section class="session is-short" aria-label="Session">
      <Fold name="session" summary={line}>
        <div class="session-rest">
          {rest}
          {children}
        </div>
      </Fold>
      {banner}
    </section>
  ) : (
    <>
      <section class="session" aria-label="Session">
        {line}
        {banner}
        {rest}
      </section>
      {children}
    </>
  );
}

function Figures({ session }: { session: SessionInfo }) {
  const { token_count: count, token_limit: limit, health_score: health } = session;
  if (count === undefined && limit === undefined && health === undefined) {
    return null;
  }
  return (
    <div class="figures">
      {(count !== undefined || limit !== undefined) && <Tokens count={count ?? 0} limit={limit} />}
      {health !== undefined && (
        <Meter
          label="AI health"
          hint={HEALTH_HINT}
          share={health / 100}
          level={health < 40 ? "bad" : health < 70 ? "fair" : "good"}
          text={String(Math.round(health))}
          says={`${numberLabel(health)} of 100`}
        />
      )}
    </div>
  );
}

function Tokens({ count, limit }: { count: number; limit?: number }) {
  if (limit === undefined || limit === 0) {
    return (
      <span class="figure" title={`${numberLabel(count)} tokens. ${TOKENS_HINT}`}>
        <span class="figure-name">AI tokens</span> {shortNumber(count)}
      </span>
    );
  }
  const share = count / limit;
  return (
    <Meter
      label="AI tokens"
      hint={TOKENS_HINT}
      share={share}
      level={share > 0.95 ? "bad" : share > 0.8 ? "fair" : "good"}
      text={`${shortNumber(count)} / ${shortNumber(limit)}`}
      says={`${numberLabel(count)} of ${numberLabel(limit)}`}
    />
  );
}

interface MeterProps {
  label: string;
  /** 0 to 1; more is shown as full. */
  share: number;
  level: "good" | "fair" | "bad";
  text: string;
  says: string;
  /** The meaning of the figure, for those who see it for the first time. */
  hint: string;
}

function Meter({ label, share, level, text, says, hint }: MeterProps) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> does not take the theme's colours
    <div
      class="figure"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={says}
      title={`${label}: ${says}. ${hint}`}
    >
      <span class="figure-name">{label}</span> {text}
      <span class="meter">
        <span class={`meter-fill is-${level}`} style={{ width: `${percent}%` }} />
      </span>
    </div>
  );
}

function detailsOf(session: SessionInfo): [string, string][] {
  const details: [string, string][] = [];
  if (session.model !== undefined) {
    details.push(["Model", revealed(session.model)]);
  }
  if (session.cost !== undefined) {
    details.push(["Cost", session.cost.toLocaleString("en", { maximumFractionDigits: 4 })]);
  }
  for (const [key, value] of Object.entries(session.context ?? {})) {
    details.push([revealed(key), revealed(value)]);
  }
  return details;
}
