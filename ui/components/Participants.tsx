// The participants and their files, as a bar: a click goes there.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { EditorParticipant } from "../generated/protocol";
import { agentText, doingText } from "../model/agents";
import { baseName } from "../model/format";
import { revealed } from "../model/reveal";
import { Avatar } from "./Avatar";
import { useController } from "./context";
import { Icon } from "./Icon";

/** More than this are avatars alone, until all are asked for. */
const WITH_NAMES = 8;
/** More avatars than this are a number. */
const MOST_AVATARS = 16;

interface ParticipantsProps {
  participants: readonly EditorParticipant[];
  /** Whether each has a button to follow them. */
  canFollow?: boolean;
  /** More that can be done about one. */
  acts?(person: EditorParticipant): ComponentChildren;
}

export function Participants({ participants, canFollow = false, acts }: ParticipantsProps) {
  const [isWhole, setWhole] = useState(false);
  const isCompact = participants.length > WITH_NAMES && !isWhole;
  const shown = isCompact ? participants.slice(0, MOST_AVATARS) : participants;
  const rest = participants.length - shown.length;
  return (
    <section class="people" aria-label={`Participants (${participants.length})`}>
      <ul class={isCompact ? "is-compact" : ""} aria-label="Participants">
        {shown.map((person) => (
          <li key={person.user_id}>
            <Participant person={person} isCompact={isCompact} />
            {canFollow && !person.is_me && <Follow person={person} />}
            {acts?.(person)}
          </li>
        ))}
        {rest > 0 && (
          <li class="rest" title={`${rest} more`}>
            +{rest}
          </li>
        )}
      </ul>
      {participants.length > WITH_NAMES && (
        <button
          type="button"
          class="quiet"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? "Avatars only" : `Names of all ${participants.length}`}
        </button>
      )}
    </section>
  );
}

function Follow({ person }: { person: EditorParticipant }) {
  const controller = useController();
  const { user_id: userId, username, is_followed: isFollowed = false } = person;
  return (
    <button
      type="button"
      class="follow"
      aria-label={`Follow ${username}`}
      aria-pressed={isFollowed}
      title={isFollowed ? `Stop following ${username}` : `Follow ${username}`}
      onClick={() => controller.post({ type: "follow", userId, isFollowed: !isFollowed })}
    >
      <Icon name="follow" />
    </button>
  );
}

/** The shortest answer to what somebody does: in the words of an agent, else the place. */
function shortText({ agent, line, status }: EditorParticipant, place: string | undefined): string {
  const doing = agent == null ? "" : doingText(agent);
  if (doing !== "" || place === undefined) {
    return doing === "" ? status : doing;
  }
  return `${baseName(place)}:${line ?? 1}`;
}

interface ParticipantProps {
  person: EditorParticipant;
  isCompact: boolean;
}

function Participant({ person, isCompact }: ParticipantProps) {
  const controller = useController();
  const { username, file, line, status, role, agent } = person;
  const place = file === undefined ? undefined : revealed(file);
  const where = place === undefined ? "" : `${place}:${line ?? 1}`;
  const what = agent == null ? status : agentText(agent);
  const who = `${username}${person.is_me ? " (you)" : ""}, ${role}, ${what}`;
  const says = where === "" ? who : `${who}, in ${where}`;
  const canGo = !person.is_me && where !== "";
  const content = (
    <>
      <Avatar username={username} color={person.color} status={status} />
      {isCompact ? (
        <span class="unseen">{says}</span>
      ) : (
        <span class="person-text">
          <span class="person-name">
            {username}
            {person.is_me && <span class="you"> you</span>}
            {agent != null && <span class="badge"> agent</span>}
          </span>
          <span class="unseen">
            , {role}, {agent == null ? where !== "" && status : what}{" "}
          </span>
          <span class="person-place">{shortText(person, place)}</span>
        </span>
      )}
    </>
  );
  return canGo ? (
    <button
      type="button"
      class="person"
      title={`${says}\nGo there`}
      onClick={() => controller.post({ type: "goto", userId: person.user_id })}
    >
      {content}
    </button>
  ) : (
    <span class="person" title={says}>
      {content}
    </span>
  );
}
