// The reason why a file could not be opened, for the user. Pure.
import { DocumentError, RequestRefused } from "@peerline/client/session";
import { reasonOf } from "../shared/drafts.ts";

export function openProblem(file: string, error: unknown): string {
  const isAbsent =
    (error instanceof RequestRefused && error.code === "DOCUMENT_NOT_FOUND") ||
    error instanceof DocumentError;
  return isAbsent ? `${file} is not shared in this session, or is gone.` : reasonOf(error);
}
