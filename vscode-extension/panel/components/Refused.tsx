// Why a message was not sent, and what can be done about it.
interface RefusedProps {
  refusal: string;
  onRetry: () => void;
  onDiscard: () => void;
}

export function Refused({ refusal, onRetry, onDiscard }: RefusedProps) {
  return (
    <div class="refused">
      <p class="refusal" role="alert">
        Not sent: {refusal}
      </p>
      <button type="button" class="primary" onClick={onRetry}>
        Try again
      </button>
      <button type="button" onClick={onDiscard}>
        Discard
      </button>
    </div>
  );
}
