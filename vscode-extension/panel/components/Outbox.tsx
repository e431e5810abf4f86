// My messages that the session does not have: on their way, or refused and kept.
import type { Outgoing } from "../messages";
import { useController } from "./context";
import { Refused } from "./Refused";
import { Plain } from "./RichText";

export function Outbox({ outgoing }: { outgoing: readonly Outgoing[] }) {
  const controller = useController();
  if (outgoing.length === 0) {
    return null;
  }
  return (
    <section class="outbox" aria-label="Messages that are not sent">
      {outgoing.map(({ id, content, refusal }) => (
        <div key={id} class={refusal === undefined ? "outgoing" : "outgoing is-refused"}>
          <p class="text outgoing-text">
            <Plain text={content} />
          </p>
          {refusal === undefined ? (
            <p class="note">Sending…</p>
          ) : (
            <Refused
              refusal={refusal}
              onRetry={() => controller.post({ type: "retry", id })}
              onDiscard={() => controller.post({ type: "discard", id })}
            />
          )}
        </div>
      ))}
    </section>
  );
}
