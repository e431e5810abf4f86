// The whole panel.
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { Controller } from "../controller";
import type { EditorChatMessage, EditorParticipant } from "../generated/protocol";
import type { Recent } from "../messages";
import { blockedReason, rejoinable } from "../model/state";
import { Composer, type ComposerHandle } from "./Composer";
import { ControllerContext } from "./context";
import { FileChanges } from "./FileChanges";
import { InitialsContext, useInitials } from "./initials";
import { Log } from "./Log";
import { Participants } from "./Participants";
import { SessionHeader } from "./SessionHeader";
import { useIsShort } from "./short";
import { Typing } from "./Typing";

export { ControllerContext };

const CLOCK_MS = 30_000;

/** The parts of the panel, for a page that places them. */
export interface AppParts {
  header: ComponentChildren;
  /** The participants, as in the header. */
  people: ComponentChildren;
  conversation: ComponentChildren;
}

/** The facts that are known outside of sessions. */
export interface OutsideProps {
  reason?: string;
  recent: readonly Recent[];
  now: number;
}

interface AppProps {
  controller: Controller;
  /** Lays out the parts while there is a session; one below the other if absent. */
  frame?(parts: AppParts): ComponentChildren;
  /** More that can be done about a participant. */
  personActs?(person: EditorParticipant): ComponentChildren;
  /** The view outside of sessions, where there is nothing to read. */
  outside(view: OutsideProps): ComponentChildren;
  /** Stands above the field for a message. */
  toolbar?(field: RefObject<HTMLTextAreaElement | null>): ComponentChildren;
}

export function App({ controller, frame, outside, personActs, toolbar }: AppProps) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [now, setNow] = useState(Date.now);
  const composer = useRef<ComposerHandle>(null);
  // At once, and not after the first picture: the host may answer before it.
  useLayoutEffect(() => controller.subscribe(() => redraw(undefined)), [controller]);
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), CLOCK_MS);
    return () => clearInterval(clock);
  }, []);
  useLayoutEffect(() => {
    controller.onCompose = (text) => composer.current?.insert(text);
  }, [controller]);

  const isShort = useIsShort();
  const state = controller.state;
  const { connection, participants, messages, announcement } = state;
  const mentionable = useMemo(
    () => participants.map(({ username, is_me }) => ({ username, isMe: is_me })),
    // Most changes of the list are moves, after which the messages are to stay as they are.
    [participants.map(({ username }) => username).join("\n")],
  );
  const initials = useInitials(participants, messages);
  if (!state.isReady) {
    return <p class="waiting">Loading…</p>;
  }
  const isOut = connection.state === "offline";
  const blocked = blockedReason(connection, participants);
  const reply = (message: EditorChatMessage): void => composer.current?.reply(message.id);
  const people = !isOut && !state.hasOwnList && (
    <Participants
      participants={participants}
      canFollow={state.canFollow}
      {...(personActs === undefined ? {} : { acts: personActs })}
    />
  );
  const header = (
    <SessionHeader connection={connection} title={state.shown?.title} isShort={isShort}>
      {people}
      {state.files.length > 0 && <FileChanges files={state.files} now={now} />}
    </SessionHeader>
  );
  const conversation = (
    <>
      <Log
        state={state}
        people={mentionable}
        now={now}
        canWrite={blocked === undefined}
        onReply={reply}
        onWrite={() => composer.current?.focus()}
      />
      {!isOut && <Typing participants={participants} isSending={state.sending > 0} />}
      <Composer
        handle={composer}
        blocked={blocked}
        refusal={state.refusal}
        out={isOut ? { rejoin: rejoinable(state) } : undefined}
        limit={connection.limits?.max_content_chars}
        participants={participants}
        messages={messages}
        {...(toolbar === undefined ? {} : { toolbar })}
      />
    </>
  );
  const layOut = frame ?? inOneColumn;
  return (
    <ControllerContext.Provider value={controller}>
      <InitialsContext.Provider value={initials}>
        <main class="app">
          {isOut && messages.length === 0
            ? outside({ reason: connection.reason, recent: state.recent, now })
            : layOut({ header, people, conversation })}
          <div class="unseen" role="status" aria-live="polite" key={announcement.count % 2}>
            {announcement.text}
          </div>
        </main>
      </InitialsContext.Provider>
    </ControllerContext.Provider>
  );
}

function inOneColumn({ header, conversation }: AppParts) {
  return (
    <>
      {header}
      {conversation}
    </>
  );
}
