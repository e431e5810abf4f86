// My messages between the chat panel and the session: on their way, or refused and kept. Pure.
import type { Outgoing } from "../panel/messages";

/** Sends in the order of writing; what is refused stays until it is sent again or discarded. */
export class PanelOutbox {
  readonly #send: (content: string, parentId: string | undefined) => Promise<unknown>;
  readonly #show: (outgoing: readonly Outgoing[]) => void;
  #outgoing: readonly Outgoing[] = [];
  #last = 0;
  #sessionId: string | undefined;

  constructor(
    send: (content: string, parentId: string | undefined) => Promise<unknown>,
    show: (outgoing: readonly Outgoing[]) => void,
  ) {
    this.#send = send;
    this.#show = show;
  }

  get outgoing(): readonly Outgoing[] {
    return this.#outgoing;
  }

  /** Resolves when it was taken or refused; it never rejects. */
  async send(content: string, parentId?: string): Promise<void> {
    this.#last += 1;
    const id = `o${this.#last}`;
    await this.#try({ id, content, ...(parentId === undefined ? {} : { parentId }) });
  }

  async retry(id: string): Promise<void> {
    const found = this.#outgoing.find((one) => one.id === id && one.refusal !== undefined);
    if (found !== undefined) {
      const { refusal: _, ...again } = found;
      this.#remove(id);
      await this.#try(again);
    }
  }

  discard(id: string): void {
    if (this.#outgoing.some((one) => one.id === id && one.refusal !== undefined)) {
      this.#remove(id);
      this.#show(this.#outgoing);
    }
  }

  /** What was refused in another session has no place in this one. */
  forget(sessionId: string | undefined): void {
    if (sessionId !== this.#sessionId) {
      this.#sessionId = sessionId;
      this.#outgoing = [];
      this.#show(this.#outgoing);
    }
  }

  async #try(outgoing: Outgoing): Promise<void> {
    this.#outgoing = [...this.#outgoing, outgoing];
    this.#show(this.#outgoing);
    try {
      await this.#send(outgoing.content, outgoing.parentId);
      this.#remove(outgoing.id);
    } catch (error) {
      const refusal = error instanceof Error ? error.message : String(error);
      this.#outgoing = this.#outgoing.map((one) =>
        one.id === outgoing.id ? { ...one, refusal } : one,
      );
    }
    this.#show(this.#outgoing);
  }

  #remove(id: string): void {
    this.#outgoing = this.#outgoing.filter((one) => one.id !== id);
  }
}
