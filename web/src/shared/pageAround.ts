// The edges of the panel's host in a page.
import type { Change } from "@peerline/client";
import type { FromPanel } from "@peerline/ui/messages";

/** The page around the panel, as the host needs it. */
export interface PageAround {
  /** The panel's own state, which survives a reload of the tab. */
  load(): unknown;
  save(state: unknown): void;
  /** The number of the last event that was read, on this device. */
  readonly readSeq: number;
  keepReadSeq(seq: number): void;
  /** Whether the window has the user's attention. */
  readonly isAttentive: boolean;
  /** Run later; the function that cancels it. */
  later(milliseconds: number, act: () => void): () => void;
  openLink(url: string): void;
  /** The user writes in the chat, or sent what was written. */
  typed(): void;
  sent(): void;
  /** Join again, or go to the page before a session. */
  rejoin(): void;
  goToFront(): void;
  /** Go to a participant or a place in the code, or follow a participant. */
  look(message: Extract<FromPanel, { type: "goto" | "open" | "follow" }>): void;
  /** The id of the participant who is followed. */
  readonly followed: string | undefined;
  /** The session has changed, and the panel knows; without changes, what was not sent yet. */
  changed(changes: readonly Change[]): void;
  /** Something here is broken; the session goes on. */
  fault(what: string, error: unknown): void;
}
