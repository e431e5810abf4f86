// The world of a client: sockets, time, chance. Given to it, so that tests have another one.
import type { Close } from "./failures.ts";

/** A frame of a socket: text, or bytes. */
export type Frame = string | Uint8Array;

/** An open socket, or one that opens. */
export interface Socket {
  send(frame: Frame): void;
  close(): void;
}

/** The receiver of what a socket brings. */
export interface SocketEvents {
  opened(): void;
  received(frame: Frame): void;
  /** It has ended, or could not be opened. */
  closed(close: Close): void;
}

/** The world of a client. */
export interface Environment {
  /** Begin to open a socket; its events come later. */
  openSocket(url: string, events: SocketEvents): Socket;
  /** Milliseconds since 1970. */
  now(): number;
  /** Act once after some seconds; the function that cancels it. */
  later(seconds: number, act: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
  /** An id that no other request has. */
  newId(): string;
}

/** The world of a browser, and of Node 22 and later. */
export const realEnvironment: Environment = {
  openSocket: openWebSocket,
  now: () => Date.now(),
  later(seconds, act) {
    const timer = setTimeout(act, seconds * 1000);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  newId,
};

function openWebSocket(url: string, events: SocketEvents): Socket {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => events.opened());
  socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) =>
    events.received(typeof data === "string" ? data : new Uint8Array(data)),
  );
  socket.addEventListener("close", ({ code, reason }) => events.closed({ code, reason }));
  return {
    send(frame) {
      // A socket that closes takes nothing: what was not confirmed is sent again on the next one.
      if (socket.readyState === WebSocket.OPEN) {
        socket.send(typeof frame === "string" ? frame : new Uint8Array(frame));
      }
    },
    close: () => socket.close(),
  };
}

function newId(): string {
  // `randomUUID` is missing in pages that came over plain HTTP, as in a network of one's own.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
