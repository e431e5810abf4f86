// The chat as it is shown: what `peerline/chat` adds, replaces or puts before. Pure.
import type { EditorChat, EditorChatMessage } from "./generated/protocol";

/** Messages, oldest first, each id once. */
export class ChatLog {
  #messages: EditorChatMessage[];

  constructor(messages: readonly EditorChatMessage[] = []) {
    this.#messages = [...messages];
  }

  /** Whether there are older messages that can be loaded. */
  hasMore = false;

  get messages(): readonly EditorChatMessage[] {
    return this.#messages;
  }

  /** Take over a notification; the messages that were not there before. */
  apply(chat: EditorChat & { removed?: string[] }): EditorChatMessage[] {
    this.hasMore = chat.has_more ?? this.hasMore;
    if (chat.reset) {
      this.#messages = [...chat.messages];
      return [];
    }
    const removed = new Set(chat.removed);
    if (removed.size > 0) {
      this.#messages = this.#messages.filter(({ id }) => !removed.has(id));
    }
    const places = new Map(this.#messages.map((message, index) => [message.id, index]));
    const added: EditorChatMessage[] = [];
    for (const message of chat.messages) {
      const place = places.get(message.id);
      if (place === undefined) {
        added.push(message);
      } else {
        this.#messages[place] = message;
      }
    }
    this.#messages = chat.prepend ? [...added, ...this.#messages] : [...this.#messages, ...added];
    return chat.prepend ? [] : added;
  }

  clear(): void {
    this.#messages = [];
    this.hasMore = false;
  }
}
