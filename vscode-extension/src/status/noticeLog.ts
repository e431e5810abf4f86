// The code of a notice in the log, without its text, which may name files and people.

import type { EditorNotice } from "@peerline/ui/generated/protocol";

/** The part of a log that is written to. */
export interface NoticeLog {
  error(text: string): void;
  warn(text: string): void;
  info(text: string): void;
}

/** Log that a notice is shown. */
export function logNotice({ level, code }: EditorNotice, log: NoticeLog): void {
  const text = `notice ${code}`;
  switch (level) {
    case "error":
      log.error(text);
      break;
    case "warning":
      log.warn(text);
      break;
    default:
      log.info(text);
  }
}
