// The text of the status bar. Pure.
import type { EditorState } from "@peerline/ui/generated/protocol";
import { asSentence } from "@peerline/ui/refusal";
import { count, oneLine, withoutIcons } from "../shared/names";

const REASON_WIDTH = 200;

/** The parts of a status bar item. */
export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** For screen readers, which would read the names of the icons. */
  readonly label: string;
  readonly isWarning: boolean;
}

/** The item for a state and the number of unread messages. */
export function statusText(state: EditorState, unread: number): StatusText {
  switch (state.state) {
    case "connecting":
      return plain("$(sync~spin) Peerline", "Peerline: connecting", reasonOf(state));
    case "waiting":
      return plain("$(watch) Peerline", "Peerline: waiting for a host to admit you", "");
    case "reconnecting":
      return {
        ...plain(
          "$(debug-disconnect) Peerline",
          `Peerline: reconnecting${unsentOf(state)}`,
          reasonOf(state),
        ),
        isWarning: true,
      };
    case "joined":
      return joined(state, unread);
    default:
      return plain("$(broadcast) Peerline", "Peerline: not in a session", reasonOf(state));
  }
}

function joined(state: EditorState, unread: number): StatusText {
  const people = count(state.participants ?? 0, "person", "people");
  const news = unread > 0 ? count(unread, "unread message", "unread messages") : "nothing unread";
  const mail = unread > 0 ? ` $(comment-unresolved) ${unread}` : "";
  const title = oneLine(state.title ?? "session");
  const role = state.role ? `, you are ${state.role === "editor" ? "an" : "a"} ${state.role}` : "";
  const rest = `${people}, ${news}${unsentOf(state)}${role}`;
  return {
    text: `$(broadcast) ${state.participants ?? 0}${mail}`,
    tooltip: `Peerline: ${withoutIcons(title)} — ${rest}`,
    label: `Peerline: ${title}, ${rest}`,
    isWarning: false,
  };
}

/** The number of my messages and comments that were not sent, if there are any. */
function unsentOf({ pending = 0, refused = 0 }: EditorState): string {
  return `${pending > 0 ? `, ${pending} waiting to be sent` : ""}${refused > 0 ? `, ${refused} refused` : ""}`;
}

function plain(text: string, label: string, reason: string): StatusText {
  return { text, tooltip: label + withoutIcons(reason), label: label + reason, isWarning: false };
}

function reasonOf(state: EditorState): string {
  return state.reason ? `. ${asSentence(oneLine(state.reason, REASON_WIDTH))}` : "";
}
