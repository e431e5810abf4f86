// The durable state of a session as one value.
import type {
  Approval,
  ChatMessage,
  Comment,
  FileEvent,
  Participant,
  Prompt,
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
  readonly approvals: readonly Approval[];
  readonly prompts: readonly Prompt[];
}

/** The parts of a replica that are durable. */
interface Parts {
  readonly epoch: string;
  readonly seq: number;
  readonly participants: ReadonlyMap<string, Participant>;
  readonly threads: ReadonlyMap<string, Comment>;
  readonly messages: readonly ChatMessage[];
  readonly fileEvents: readonly FileEvent[];
  readonly documents: ReadonlyMap<string, SharedDocument>;
  readonly agents: {
    readonly approvals: ReadonlyMap<string, Approval>;
    readonly prompts: ReadonlyMap<string, Prompt>;
  };
}

/** The state that a replica has. */
export function stateOf(replica: Parts, session: SessionInfo): ReplicaState {
  return {
    epoch: replica.epoch,
    seq: replica.seq,
    session,
    participants: [...replica.participants.values()].map(({ id, username, role }) => [
      id,
      username,
      role,
    ]),
    threads: [...replica.threads.values()].sort((one, two) => order(one.id, two.id)),
    messages: replica.messages,
    file_events: replica.fileEvents,
    documents: [...replica.documents.values()],
    approvals: [...replica.agents.approvals.values()],
    prompts: [...replica.agents.prompts.values()],
  };
}

/** The order of texts by their code units. */
export function order(one: string, two: string): number {
  return one < two ? -1 : Number(one > two);
}
