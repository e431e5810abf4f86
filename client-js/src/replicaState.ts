// The durable state of a session as one value.
import type {
  ChatMessage,
  Comment,
  FileEvent,
  Role,
  SessionInfo,
  SharedDocument,
} from "./generated/protocol.ts";

/** Everything durable as one value, at `seq`. */
export interface ReplicaState {
  readonly epoch: string;
  readonly seq: number;
  readonly session: SessionInfo;
  readonly participants: readonly (readonly [id: string, username: string, role: Role])[];
  readonly threads: readonly Comment[];
  readonly messages: readonly ChatMessage[];
  readonly file_events: readonly FileEvent[];
  readonly documents: readonly SharedDocument[];
}
