// The places of participants, to go there and to follow them. Pure.
import type { Participant, SharedDocument } from "@peerline/client";

/** The place of a participant. */
export interface Whereabouts {
  readonly file: string;
  readonly line: number;
  /** The shared document, if their file is one. */
  readonly documentId?: string;
  /** The first line that they see, if they said so. */
  readonly top?: number;
}

/** The place of somebody; undefined if they are in no file. */
export function whereabouts(
  person: Participant | undefined,
  documents: ReadonlyMap<string, SharedDocument>,
): Whereabouts | undefined {
  const { cursor, viewport } = person?.presence ?? {};
  if (cursor == null) {
    return undefined;
  }
  const named = documents.get(cursor.at?.document_id ?? "");
  const document = named ?? [...documents.values()].find(({ file }) => file === cursor.file);
  const top = viewport != null && viewport.file === cursor.file ? viewport.start : undefined;
  return {
    file: document?.file ?? cursor.file,
    // The lines of a notebook's cell are none of its text.
    line: cursor.cell === undefined ? cursor.line : 1,
    ...(document === undefined ? {} : { documentId: document.id }),
    ...(top === undefined ? {} : { top }),
  };
}
