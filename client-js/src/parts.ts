// The parts that follow a client's connection, such as its shared documents.
import type { Change } from "./changes.ts";
import type { Environment, Frame } from "./environment.ts";
import type { ServerMessage } from "./generated/protocol.ts";
import type { Asker } from "./options.ts";
import type { Replica } from "./replica.ts";

/** A part of a client, which hears what its connection brings. */
export interface Part {
  /** There is a connection, and the replica is up to date. */
  joined(): void;
  /** The connection is gone. */
  lost(): void;
  /** No connection will come any more. */
  end(reason: string): void;
  /** The replica has changed. */
  apply(changes: readonly Change[]): void;
  /** Take a message; whether it was for this part. */
  receive(message: ServerMessage): boolean;
  receiveFrame(frame: Uint8Array): void;
}

/** The edges of a part. */
export interface PartEdges {
  readonly sessionId: string;
  readonly client: Asker;
  readonly replica: Replica;
  readonly environment: Environment;
  write(frame: Frame): void;
  fault(what: string, error: unknown): void;
}
