// The requests of a client: each has its effect once, through every reconnect.
import { ClientError, NotConnected } from "./errors.ts";
import type { Ack, ClientMessage } from "./generated/protocol.ts";
import type { Identity } from "./identity.ts";
import type { SessionLink } from "./link.ts";
import type { Answers, AnswerTo, Asker, LinkState, Outgoing } from "./options.ts";
import { Replica } from "./replica.ts";
import { type Answered, isAck, type Requests } from "./requests.ts";

/** The part of a client that sends requests. */
export abstract class Asking implements Asker {
  /** The session as the client knows it. */
  readonly replica = new Replica();
  protected abstract readonly link: SessionLink;
  protected abstract readonly identity: Identity;
  protected abstract readonly requests: Requests;

  protected abstract newId(): string;

  /** The state of the connection. */
  abstract get state(): LinkState;

  /**
   * Send a message and wait until it had its effect.
   *
   * It survives reconnects, always with the same `request_id`: it has one effect.
   *
   * @throws RequestRefused if the server said no; nothing was changed.
   * @throws RequestTimeout if no answer came in time; it may still be carried out: see `outcome`.
   * @throws OutcomeUnknown the same, after the server said that it does not know either.
   * @throws TooManyRequests if too many wait already.
   * @throws NotConnected if the client was closed.
   */
  async request(message: Outgoing): Promise<Ack> {
    const answer = await this.acked(this.addressed(message));
    if (message.type === "change_name") {
      this.identity.rename(message.name);
    }
    return answer;
  }

  /** Send a query and wait for its answer; rejects as `request` does. */
  async ask<Type extends keyof Answers>(
    query: Extract<Outgoing, { type: Type }>,
  ): Promise<AnswerTo<Type>> {
    // The server answers each query with the message that `Answers` names.
    return (await this.send(query)) as AnswerTo<Type>;
  }

  /** Send what may have an answer of its own or not, and wait for either. */
  send(message: Outgoing): Promise<Answered> {
    return this.sendAddressed(this.addressed(message));
  }

  /**
   * Find out what became of a request that timed out, and have it carried out if need be.
   *
   * @throws ClientError if this client remembers no such request, and as `request`.
   */
  async outcome(requestId: string): Promise<Ack> {
    const message = this.requests.unsettled(requestId);
    if (message === undefined) {
      throw new ClientError("no request of this client with that id is unsettled");
    }
    return this.acked(message);
  }

  /** Be called something else from now on; the name as the session has it. */
  async changeName(name: string): Promise<string> {
    await this.request({ type: "change_name", name });
    return this.replica.connected?.user.username ?? name;
  }

  protected addressed(message: Outgoing): ClientMessage {
    // With an id it is whole, also where the protocol demands one.
    const session_id = this.link.sessionId;
    return { request_id: this.newId(), ...message, session_id } as ClientMessage;
  }

  protected sendAddressed(message: ClientMessage): Promise<Answered> {
    return this.state === "closed"
      ? Promise.reject(new NotConnected("there is no connection to a session"))
      : this.requests.send(message);
  }

  protected async acked(message: ClientMessage): Promise<Ack> {
    const answer = await this.sendAddressed(message);
    if (!isAck(answer)) {
      throw new ClientError("a query has an answer of its own: `ask` waits for it");
    }
    return answer;
  }
}
