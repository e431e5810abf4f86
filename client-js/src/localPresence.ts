// The client's own presence: only the latest is sent, and again after each join. Pure.
import type {
  ClientMessage,
  CursorData,
  PresenceUpdate,
  Status,
  ViewportData,
} from "./generated/protocol.ts";

/** The own status; what is absent stays as it was. */
export interface OwnPresence {
  readonly status?: Status;
  /** With the status `typing`: a message for the chat is being written, not a file. */
  readonly typingIn?: "chat";
  readonly viewport?: ViewportData;
}

/** The latest cursor, viewport and status, and which of them the server has not seen. */
export class LocalPresence {
  #cursor: CursorData | undefined;
  /** Whether it is known where the cursor is, in a file of the session or not. */
  #hasPlace = false;
  #presence: OwnPresence = {};
  #unsent = new Set<"cursor" | "presence">();

  /** Take the cursor's place; undefined is in no file of the session. */
  setCursor(cursor: CursorData | undefined): void {
    this.#cursor = cursor;
    this.#hasPlace = true;
    if (cursor === undefined) {
      const { viewport: _, ...kept } = this.#presence;
      this.#presence = kept;
    }
    this.#unsent.add("cursor");
  }

  /** Take the status, the viewport or both. */
  set({ status, typingIn, viewport }: OwnPresence): void {
    const { typingIn: _, ...kept } = this.#presence;
    this.#presence = {
      ...(status === undefined ? this.#presence : { ...kept, status }),
      ...(status === undefined || typingIn === undefined ? {} : { typingIn }),
      ...(viewport === undefined ? {} : { viewport }),
    };
    this.#unsent.add("presence");
  }

  /** Have everything sent: the server may have forgotten it. */
  sendAgain(): void {
    this.#unsent = new Set(["cursor", "presence"]);
  }

  /** The messages that tell the server what it has not seen. */
  take(sessionId: string): ClientMessage[] {
    const unsent = this.#unsent;
    this.#unsent = new Set();
    const messages: ClientMessage[] = [];
    if (unsent.has("cursor") && this.#hasPlace) {
      const data = this.#cursor === undefined ? {} : { data: this.#cursor };
      messages.push({ type: "cursor_update", session_id: sessionId, ...data });
    }
    const { status, typingIn, viewport } = this.#presence;
    if (unsent.has("presence") && (status !== undefined || viewport !== undefined)) {
      const message: PresenceUpdate = { type: "presence_update", session_id: sessionId };
      messages.push({
        ...message,
        ...(status === undefined ? {} : { status }),
        ...(typingIn === undefined ? {} : { typing_in: typingIn }),
        ...(viewport === undefined ? {} : { viewport }),
      });
    }
    return messages;
  }
}
