// Who is writing a message at the moment. No live region: it would speak all the time.
import type { EditorParticipant } from "../../src/generated/protocol";
import { nameList } from "../model/format";

export function Typing({ participants }: { participants: readonly EditorParticipant[] }) {
  const writing = participants.filter((person) => person.is_writing && !person.is_me);
  return (
    <p class="typing">
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
