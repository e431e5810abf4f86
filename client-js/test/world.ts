// A world for tests: a clock that is moved by hand, and sockets whose other end is the test.
import type { Environment, Frame, Socket, SocketEvents } from "../src/environment.ts";

/** The server's end of a socket. Nothing arrives anywhere before it is delivered. */
export class Wire implements Socket {
  /** The address that the client connected to. */
  readonly url: string;
  readonly #events: SocketEvents;
  /** Frames on their way to the server. */
  up: Frame[] = [];
  /** Frames on their way to the client. */
  down: Frame[] = [];
  isOpen = true;

  constructor(url: string, events: SocketEvents) {
    this.url = url;
    this.#events = events;
  }

  send(frame: Frame): void {
    if (this.isOpen) {
      this.up.push(frame);
    }
  }

  close(): void {
    this.isOpen = false;
  }

  /** The handshake is done. */
  open(): void {
    this.#events.opened();
  }

  /** The next message of the client. */
  next(): Record<string, unknown> {
    const frame = this.up.shift();
    if (typeof frame !== "string") {
      throw new Error("the client has sent no message");
    }
    return JSON.parse(frame) as Record<string, unknown>;
  }

  /** All messages that the client has sent. */
  all(): Record<string, unknown>[] {
    const frames = this.up.filter((frame) => typeof frame === "string");
    this.up = [];
    return frames.map((frame) => JSON.parse(frame) as Record<string, unknown>);
  }

  /** A frame comes to the client. */
  give(message: unknown): void {
    if (this.isOpen) {
      const isFrame = typeof message === "string" || message instanceof Uint8Array;
      this.#events.received(isFrame ? message : JSON.stringify(message));
    }
  }

  /** The socket ends for the client; without a code it breaks. */
  end(code = 1006, reason = ""): void {
    if (this.isOpen) {
      this.isOpen = false;
      this.#events.closed({ code, reason });
    }
  }
}

interface Timer {
  readonly at: number;
  readonly act: () => void;
}

/** The world of the clients of one test. */
export class World implements Environment {
  readonly wires: Wire[] = [];
  /** The number that `random` gives. */
  chance = 0.5;
  /** Called with each socket that a client opens. */
  onOpen: (wire: Wire) => void = () => {};
  #milliseconds = Date.UTC(2026, 0, 1);
  #timers = new Set<Timer>();
  #ids = 0;

  openSocket(url: string, events: SocketEvents): Socket {
    const wire = new Wire(url, events);
    this.wires.push(wire);
    this.onOpen(wire);
    return wire;
  }

  /** The socket that was opened last, with its handshake done. */
  opened(): Wire {
    const wire = this.wires.at(-1);
    if (wire === undefined) {
      throw new Error("no socket was opened");
    }
    wire.open();
    return wire;
  }

  now(): number {
    return this.#milliseconds;
  }

  later(seconds: number, act: () => void): () => void {
    const timer = { at: this.#milliseconds + seconds * 1000, act };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return this.chance;
  }

  newId(): string {
    this.#ids += 1;
    return `id${this.#ids}`;
  }

  /** Time passes; each timer has its turn, and what awaits it. */
  async pass(seconds: number): Promise<void> {
    const end = this.#milliseconds + seconds * 1000;
    await settled();
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#timers.delete(timer);
      this.#milliseconds = Math.max(this.#milliseconds, timer.at);
      timer.act();
      await settled();
    }
    this.#milliseconds = end;
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end);
    return due.sort((one, two) => one.at - two.at)[0];
  }
}

/** Everything that awaits something which is there has had its turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
