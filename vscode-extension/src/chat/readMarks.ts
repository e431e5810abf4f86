// How far the chat of each session has been read, also after the window was closed. Pure.

import { run } from "@peerline/ui/supervise";
import type { Memento } from "vscode";

const KEY = "peerline.read";
/** The number of sessions that are remembered. */
export const MAX_MARKS = 50;

/** The place (`seq`) of the last message that was read, by session. */
export class ReadMarks {
  readonly #memento: Memento;
  #marks: ReadonlyMap<string, number>;

  constructor(memento: Memento) {
    this.#memento = memento;
    this.#marks = new Map(asEntries(memento.get<unknown>(KEY)));
  }

  get(session: string | undefined): number {
    return session === undefined ? 0 : (this.#marks.get(session) ?? 0);
  }

  /** In a session that was never read, all messages up to now count as read. */
  begin(session: string | undefined, seq: number): void {
    if (session !== undefined && !this.#marks.has(session)) {
      this.set(session, seq);
    }
  }

  set(session: string | undefined, seq: number): void {
    if (session === undefined || (this.#marks.get(session) ?? -1) >= seq) {
      return;
    }
    // The session that was read last is the last to be forgotten.
    const others = [...this.#marks].filter(([id]) => id !== session);
    this.#marks = new Map([...others, [session, seq] as const].slice(-MAX_MARKS));
    run("keeping what was read", () => this.#memento.update(KEY, [...this.#marks]));
  }
}

function asEntries(value: unknown): [string, number][] {
  return Array.isArray(value)
    ? value.filter(
        (entry): entry is [string, number] =>
          Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1] === "number",
      )
    : [];
}
