// The words for a place that one cannot go to: which file it is, and why. Pure.
import type { EditorParticipant } from "@peerline/ui/generated/protocol";
import { oneLine } from "../shared/names";

/** A path is shown whole where there is room. */
const PATH_WIDTH = 120;

type Place = Pick<EditorParticipant, "username" | "file" | "line" | "uri">;

/** Why one cannot go to a participant. */
export function missingPlace({ username, file, line, uri }: Place): string {
  const name = oneLine(username);
  if (file === undefined) {
    return `${name} is in no file of the session now.`;
  }
  const path = oneLine(file, PATH_WIDTH);
  const place = line === undefined ? path : `${path}:${line}`;
  return uri === undefined
    ? `${name} is in ${place}, which is not in a folder that is open here.`
    : `${name} is in ${place}, which cannot be opened here.`;
}

/** The same about a followed participant, in few words; empty if the view can go there. */
export function missingNote(person: Omit<Place, "username"> | undefined): string {
  if (person?.file === undefined) {
    return "in no file now";
  }
  return person.uri === undefined ? `${oneLine(person.file)} is not here` : "";
}
