// The view outside a session.
import { asSentence } from "../refusal";
import { useController } from "./context";

export function Welcome({ reason }: { reason?: string }) {
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
    </section>
  );
}
