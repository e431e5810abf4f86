// The view outside a session.
import { agoLabel } from "../model/format";
import { revealed } from "../model/reveal";
import { asSentence } from "../refusal";
import type { OutsideProps } from "./App";
import { useController } from "./context";

/** More of the recent sessions are in a list of the host. */
const MOST_RECENT = 5;

export function Welcome({ reason, recent, now }: OutsideProps) {
  const controller = useController();
  return (
    <section class="welcome" aria-label="No session">
      <h1>Peerline</h1>
      {reason !== undefined && reason !== "" && (
        <p class="banner">Not in a session. {asSentence(reason)}</p>
      )}
      <p>
        Chat, see each other's cursors and comment on code with others, each in the editor that you
        already use.
      </p>
      <button
        type="button"
        class="primary"
        onClick={() => controller.post({ type: "run", command: "start" })}
      >
        Start Session…
      </button>
      <button type="button" onClick={() => controller.post({ type: "run", command: "join" })}>
        Join Session…
      </button>
      {recent.length > 0 && (
        <nav class="recent" aria-labelledby="recent">
          <h2 id="recent">Recent Sessions</h2>
          <ul>
            {recent.slice(0, MOST_RECENT).map(({ id, title, place, lastJoined }) => (
              <li key={id}>
                <button
                  type="button"
                  class="quiet recent-open"
                  title={`${revealed(title)}, ${place}`}
                  onClick={() => controller.post({ type: "rejoin", sessionId: id })}
                >
                  <span class="recent-title">{revealed(title)}</span>
                </button>
                <span class="note">
                  {place} · {agoLabel(lastJoined, now)}
                </span>
              </li>
            ))}
          </ul>
          {recent.length > MOST_RECENT && (
            <button
              type="button"
              class="quiet"
              onClick={() => controller.post({ type: "run", command: "recent" })}
            >
              More…
            </button>
          )}
        </nav>
      )}
    </section>
  );
}
