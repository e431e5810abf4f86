// The rights over prompts are the same as in the bridge: tests/cases/client/queues.json.
import { readFileSync } from "node:fs";
import { type Participant, Replica, type Role } from "@peerline/client/session";
import type { EditorQueue } from "@peerline/ui/generated/protocol";
import { describe, expect, it } from "vitest";
import { queueOf } from "../../src/agents/queue.ts";

interface Case {
  policy: "owner" | "hosts" | "editors" | null;
  me: { id: string; role: Role; kind: "human" | "agent" };
  states: ("waiting" | "running" | "stopping")[];
  queue: EditorQueue | null;
}

const AT = "2026-01-02T10:00:00Z";
const cases = JSON.parse(
  readFileSync(new URL("../../../tests/cases/client/queues.json", import.meta.url), "utf8"),
) as Case[];

describe("the queue of a shared agent", () => {
  it.each(cases)("$policy, $me.id as $me.role, $states", ({ policy, me, states, queue }) => {
    const agent: Participant = {
      id: "agent",
      username: "agent",
      role: "editor",
      joined_at: AT,
      kind: "agent",
      agent: {
        owner_id: "owner",
        product: "x",
        ...(policy === null ? {} : { prompt_policy: policy }),
      },
    };
    const replica = new Replica();
    replica.apply({
      type: "connected",
      session_id: "s",
      user: { username: me.id, ...me },
      role: me.role,
      connection_id: "c",
      session: { id: "s", title: "Pairing", created_at: AT },
      participants: [{ id: me.id, username: me.id, role: me.role, joined_at: AT }, agent],
      prompts: states.map((state, number) => ({
        id: `p${number}`,
        agent_id: "agent",
        user_id: "bob",
        username: "bob",
        text: "go",
        state,
        asked_at: AT,
      })),
      comments: [],
      messages: [],
      file_events: [],
      documents: [],
      epoch: "e",
      seq: 10,
    } as never);
    expect(queueOf(replica, agent) ?? null).toEqual(queue);
  });
});
