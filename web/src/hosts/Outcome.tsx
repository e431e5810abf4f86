// The outcome of an act of a host.
import type { Acts } from "./acts.ts";

export function Outcome({ acts: { refusal, done } }: { acts: Acts }) {
  return (
    <>
      {refusal !== "" && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <p class="note" role="status">
        {done}
      </p>
    </>
  );
}
