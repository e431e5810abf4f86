// My messages that the session does not have: on their way, or refused and kept.
import type { Outgoing } from "../messages";
import { useController } from "./context";

export function Outbox({ outgoing }: { outgoing: readonly Outgoing[] }) {
  const controller = useController();
  if (outgoing.length === 0) {
    return null;
  }
  return (
    <section class="outbox" aria-label="Messages that are not sent">
      {outgoing.map(({ id, content, refusal }) => (
        <div key={id} class={refusal === undefined ? "outgoing" : "outgoing is-refused"}>
          <p class="text">{content}</p>
          {refusal === undefined ? (
            <p class="note">Sending…</p>
          ) : (
            <>
              <p class="refusal" role="alert">
                Not sent: {refusal}
              </p>
              <button
                type="button"
                class="primary"
                onClick={() => controller.post({ type: "retry", id })}
              >
                Try again
              </button>
              <button type="button" onClick={() => controller.post({ type: "discard", id })}>
                Discard
              </button>
            </>
          )}
        </div>
      ))}
    </section>
  );
}
