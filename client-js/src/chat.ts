// The chat of a session, as its users write in it.
import type { ClientMessage, History, SearchResults } from "./generated/protocol.ts";
import type { Asker } from "./options.ts";
import type { Unsent } from "./unsent.ts";

/** The chat; `Client.chat`. Messages that cannot be sent now wait, see `Client.unsent`. */
export class Chat {
  readonly #client: Asker;
  readonly #unsent: Unsent;

  constructor(client: Asker, unsent: Unsent) {
    this.#client = client;
    this.#unsent = unsent;
  }

  /** Say something; its number in the session, or undefined if it has to wait. */
  send(
    content: string,
    { mentions, parentId }: { mentions?: string[]; parentId?: string } = {},
  ): Promise<number | undefined> {
    return this.#unsent.submit({
      type: "chat_message",
      content,
      ...(mentions === undefined ? {} : { mentions }),
      ...(parentId === undefined ? {} : { parent_id: parentId }),
    });
  }

  /** Change an own message, comment or reply. */
  edit(messageId: string, content: string): Promise<number | undefined> {
    return this.#unsent.submit({ type: "edit_message", message_id: messageId, content });
  }

  /** Delete an own message, comment or reply; hosts may delete those of others. */
  delete(messageId: string): Promise<number | undefined> {
    return this.#unsent.submit({ type: "delete_message", message_id: messageId });
  }

  /** React to a message, comment or reply, or take the reaction back. */
  react(messageId: string, emoji: string, remove = false): Promise<number | undefined> {
    return this.#unsent.submit({ type: "react", message_id: messageId, emoji, remove });
  }

  /** Older messages, before the event `before`. */
  history(page: Page<"get_history"> = {}): Promise<History> {
    return this.#client.ask({ type: "get_history", ...page });
  }

  /** Messages, comments and replies that have all the words. */
  search(query: string, page: Omit<Page<"search">, "query"> = {}): Promise<SearchResults> {
    return this.#client.ask({ type: "search", query, ...page });
  }
}

type Page<Type extends ClientMessage["type"]> = Omit<
  Extract<ClientMessage, { type: Type }>,
  "type" | "session_id" | "request_id"
>;
