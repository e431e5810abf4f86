// The code of a session for the page around it: there at once, while all else of it is loaded later.
import type { Change, Participant, SessionClient } from "@peerline/client/session";
import type { PageAround } from "../shared/pageAround.ts";
import type { CodeSession } from "./codeSession.ts";
import type { CodeAround, Loader } from "./ports.ts";

type Look = Parameters<PageAround["look"]>[0];

/** The code that is loaded later. */
export interface CodeParts {
  readonly CodeSession: typeof CodeSession;
}

/** The code of a session, or the place that it takes once it is loaded. */
export class LateCode {
  readonly client: SessionClient;
  readonly around: CodeAround;
  readonly #load: Loader;
  readonly #listeners = new Set<() => void>();
  #session: CodeSession | undefined;
  #look: Look | undefined;

  /** `load` gives the editor. */
  constructor(client: SessionClient, around: CodeAround, load: Loader) {
    this.client = client;
    this.around = around;
    this.#load = load;
  }

  /** The code; undefined until it is loaded. */
  get session(): CodeSession | undefined {
    return this.#session;
  }

  get followed(): Participant | undefined {
    return this.#session?.followed;
  }

  /** It is loaded: what happened meanwhile is in the client's replica. */
  enter(parts: CodeParts): void {
    if (this.#session !== undefined) {
      return;
    }
    const session = new parts.CodeSession(this.client, this.around, this.#load);
    this.#session = session;
    session.subscribe(() => this.#tell());
    session.changed([{ kind: "resumed" }]);
    if (this.#look !== undefined) {
      this.look(this.#look);
    }
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(changes: readonly Change[]): void {
    if (this.#session === undefined) {
      this.#tell();
    } else {
      this.#session.changed(changes);
    }
  }

  /** Go to a place or a participant, or follow a participant; as soon as it is loaded. */
  look(message: Look): void {
    const session = this.#session;
    this.#look = session === undefined ? message : undefined;
    if (message.type === "goto") {
      session?.goTo(message.userId);
    } else if (message.type === "open") {
      const { file, line } = message.place;
      session?.unfollow();
      session?.open(file, { line, takesFocus: true });
    } else if (message.isFollowed) {
      session?.follow(message.userId);
    } else {
      session?.unfollow();
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }
}
