// The people who are typing, and whether my message is being sent. No live region: it would speak all the time.
import type { EditorParticipant } from "../generated/protocol";
import { nameList } from "../model/format";

interface TypingProps {
  participants: readonly EditorParticipant[];
  /** Whether a message of mine is on its way. */
  isSending: boolean;
}

export function Typing({ participants, isSending }: TypingProps) {
  const writing = participants.filter((person) => person.is_writing && !person.is_me);
  return (
    <p class="typing">
      {/* It fades in: most messages have arrived before one could read it. */}
      {isSending && <span class="sending">Sending… </span>}
      {writing.length > 0 && (
        <>
          <span class="typing-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {nameList(writing.map(({ username }) => username))} {writing.length === 1 ? "is" : "are"}{" "}
          typing…
        </>
      )}
    </p>
  );
}
