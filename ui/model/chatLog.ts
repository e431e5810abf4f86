// The chat as it is shown: what `peerline/chat` adds, replaces or puts before. Pure.
import type { EditorChat, EditorChatMessage } from "../generated/protocol";

/** How many messages are kept; more only if older ones were asked for. */
export const MAX_CHAT_MESSAGES = 1000;

/** Messages, oldest first, each id once. */
export class ChatLog {
  #messages: EditorChatMessage[];
  #room: number;

  constructor(messages: readonly EditorChatMessage[] = [], hasMore = false) {
    this.#messages = [...messages];
    this.#room = Math.max(MAX_CHAT_MESSAGES, messages.length);
    this.hasMore = hasMore;
  }

  /** Whether there are older messages that can be loaded. */
  hasMore: boolean;

  get messages(): readonly EditorChatMessage[] {
    return this.#messages;
  }

  /** Take over a notification; the messages that were not there before. */
  apply(chat: EditorChat): EditorChatMessage[] {
    this.hasMore = chat.has_more ?? this.hasMore;
    if (chat.reset) {
      this.#messages = [...chat.messages];
      this.#room = Math.max(MAX_CHAT_MESSAGES, this.#messages.length);
      return [];
    }
    const removed = new Set(chat.removed);
    if (removed.size > 0) {
      this.#messages = this.#messages.filter(({ id }) => !removed.has(id));
    }
    const places = new Map(this.#messages.map((message, index) => [message.id, index]));
    const added: EditorChatMessage[] = [];
    const oldest = chat.prepend ? 0 : (oldestSeq(this.#messages) ?? 0);
    for (const message of chat.messages) {
      const place = places.get(message.id);
      if (place !== undefined) {
        this.#messages[place] = message;
      } else if ((message.seq ?? oldest) >= oldest) {
        added.push(message);
      } // else it changed and is not shown any more
    }
    if (chat.prepend) {
      this.#messages = [...added, ...this.#messages];
      this.#room = Math.max(this.#room, this.#messages.length);
      return [];
    }
    this.#messages = [...this.#messages, ...added];
    this.#forget();
    return added;
  }

  /** Drop the oldest messages, which can be loaded again. Unsent ones are nowhere else: they stay. */
  #forget(): void {
    let excess = this.#messages.length - this.#room;
    if (excess > 0) {
      this.#messages = this.#messages.filter((message) => message.is_pending || excess-- <= 0);
      this.hasMore = true;
    }
  }

  clear(): void {
    this.#messages = [];
    this.#room = MAX_CHAT_MESSAGES;
    this.hasMore = false;
  }
}

/** The place of the oldest message of the chat that is shown; what is older can be asked for. */
export function oldestSeq(messages: readonly EditorChatMessage[]): number | undefined {
  return messages.find(({ kind, seq }) => kind === "chat" && seq !== undefined)?.seq;
}
