// The words for a place that one cannot go to: which file it is, and why. Pure.
import type { EditorFollow, EditorParticipant } from "@peerline/ui/generated/protocol";
import { asSentence } from "@peerline/ui/refusal";
import { oneLine, withoutIcons } from "../shared/names";
import { whereText } from "./whereText";

/** A path is shown whole where there is room. */
const PATH_WIDTH = 120;

type Place = Pick<EditorParticipant, "username" | "file" | "line" | "cell" | "uri">;

/** Why one cannot go to a participant. */
export function missingPlace({ username, file, line, cell, uri }: Place): string {
  const name = oneLine(username);
  if (file === undefined) {
    return `${name} is in no file of the session now.`;
  }
  const place = whereText(oneLine(file, PATH_WIDTH), line, cell);
  return uri === undefined
    ? `${name} is in ${place}, which is not in a folder that is open here.`
    : `${name} is in ${place}, which cannot be opened here.`;
}

const HOW_TO_STOP = "Move, type, scroll or press Escape to stop following";

/** The status bar item that says who is followed, and why the view does not move, if so. */
export function followTexts(
  { user_id, username, reason }: EditorFollow,
  person: Omit<Place, "username"> | undefined,
): { readonly text: string; readonly tooltip: string; readonly label: string } {
  const name = oneLine(username ?? user_id ?? "");
  const missing = reason === undefined ? "" : missingNote(person) || "not here";
  const note = missing === "" ? "" : ` (${missing})`;
  const why = reason === undefined ? "" : `${asSentence(oneLine(reason, 2 * PATH_WIDTH))} `;
  return {
    text: `$(eye) Following ${withoutIcons(name + note)}`,
    tooltip: withoutIcons(`${why}${HOW_TO_STOP}`),
    label: `Following ${name}. ${why}${HOW_TO_STOP}.`,
  };
}

/** The same about a followed participant, in few words; empty if the view can go there. */
export function missingNote(person: Omit<Place, "username"> | undefined): string {
  if (person?.file === undefined) {
    return "in no file now";
  }
  return person.uri === undefined ? `${oneLine(person.file)} is not here` : "";
}
