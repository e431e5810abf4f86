import type {
  AgentEvent,
  AgentPrompted,
  Participant,
  Prompt,
  PromptChanged,
  Role,
} from "@peerline/client/session";
import { Replica } from "@peerline/client/session";
import { agentEvent } from "@peerline/ui/test/make";
import { describe, expect, it } from "vitest";
import { agentDetail } from "../../src/agents/detail.ts";
import { queueOf } from "../../src/agents/queue.ts";
import { Views } from "../../src/shared/toPanel.ts";

type PromptEvent = AgentPrompted | PromptChanged;
const AT = "2026-01-02T10:00:00Z";

function person(id: string, role: Role = "editor"): Participant {
  return { id, username: id, role, joined_at: AT };
}

function prompt(id: string, userId: string, state?: Prompt["state"]): Prompt {
  return {
    id,
    agent_id: "agent",
    user_id: userId,
    username: `${userId}\n\u202e`,
    text: "go\non",
    asked_at: AT,
    ...(state === undefined ? {} : { state }),
  };
}

interface World {
  me?: string;
  role?: Role;
  kind?: "human" | "agent";
  policy?: "owner" | "hosts" | "editors";
  prompts?: Prompt[];
  activity?: NonNullable<Participant["activity"]>;
}

function world({ me = "bob", role = "editor", kind = "human", ...rest }: World): Replica {
  const { policy, prompts = [], activity } = rest;
  const agent: Participant = {
    ...person("agent"),
    kind: "agent",
    agent: {
      owner_id: "owner",
      product: "x",
      ...(policy === undefined ? {} : { prompt_policy: policy }),
    },
    ...(activity === undefined ? {} : { activity }),
  };
  const replica = new Replica();
  replica.apply({
    type: "connected",
    session_id: "s",
    user: { id: me, username: me, role, kind },
    role,
    connection_id: "c",
    session: { id: "s", title: "Pairing", created_at: AT },
    participants: [person("owner"), person(me, role), agent],
    prompts,
    comments: [],
    messages: [],
    file_events: [],
    documents: [],
    epoch: "e",
    seq: 10,
    limits: { max_content_chars: 8000, snapshot_messages: 100 },
  } as never);
  return replica;
}

function agentOf(replica: Replica): Participant {
  const found = replica.participants.get("agent");
  if (found === undefined) {
    throw new Error("the agent is here");
  }
  return found;
}

describe("the queue of an agent", () => {
  it("is none of an agent that is not shared", () => {
    const replica = world({});
    expect(queueOf(replica, agentOf(replica))).toBeUndefined();
    expect(agentDetail(replica, "agent", [])?.isShared).toBe(false);
  });

  it("has its prompts in order, each in one line, without those of others", () => {
    const other = { ...prompt("p3", "eve"), agent_id: "another" };
    const prompts = [prompt("p1", "eve", "running"), other, prompt("p2", "bob")];
    const replica = world({ policy: "editors", prompts });
    const queue = queueOf(replica, agentOf(replica));
    expect(
      queue?.prompts?.map(({ id, username, text, state }) => [id, username, text, state]),
    ).toEqual([
      ["p1", "eve <U+202E>", "go on", "running"],
      ["p2", "bob <U+202E>", "go on", "waiting"],
    ]);
  });

  it.each([
    ["bob", "editor", [false, true, true]],
    ["bob", "host", [true, true, true]],
    ["bob", "viewer", [false, true, false]],
    ["owner", "editor", [true, true, true]],
    ["owner", "viewer", [true, true, false]],
  ] as const)("lets %s as %s cancel another's, cancel their own, and stop: %j", (me, role, may) => {
    const prompts = [prompt("p1", "eve", "running"), prompt("p2", me)];
    const replica = world({ me, role, policy: "editors", prompts });
    const queue = queueOf(replica, agentOf(replica));
    const cancel = queue?.prompts?.map(({ may_cancel: mayCancel }) => mayCancel);
    expect([...(cancel ?? []), queue?.may_stop]).toEqual(may);
  });

  it.each([
    ["bob", "editor", "owner", false],
    ["bob", "host", "owner", false],
    ["bob", "host", "hosts", true],
    ["bob", "editor", "hosts", false],
    ["bob", "editor", "editors", true],
    ["bob", "viewer", "editors", false],
    ["owner", "viewer", "owner", true],
  ] as const)("%s as %s with the policy %s may prompt: %s", (me, role, policy, may) => {
    const replica = world({ me, role, policy });
    expect(queueOf(replica, agentOf(replica))?.may_prompt).toBe(may);
  });

  it("gives an agent no right, and stops nothing that stops already", () => {
    const prompts = [prompt("p1", "eve", "stopping")];
    const bob = world({ policy: "editors", prompts, role: "host" });
    const queue = queueOf(bob, agentOf(bob));
    expect(queue?.may_stop).toBe(false);
    expect(queue?.prompts?.[0]?.may_cancel).toBe(false);
    const robot = world({ policy: "editors", prompts: [prompt("p1", "bob")], kind: "agent" });
    const seen = queueOf(robot, agentOf(robot));
    expect([seen?.may_prompt, seen?.may_stop, seen?.prompts?.[0]?.may_cancel]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("the chat", () => {
  const views = new Views(world({ policy: "editors" }), new Map());
  const line = (event: PromptEvent): string | undefined => {
    const shown = views.line({ kind: "promptsMoved", event });
    return shown && `${shown.username} ${shown.content}`;
  };
  const envelope = { session_id: "s", seq: 11, timestamp: AT };
  const given = (fields: Partial<Prompt>): string | undefined =>
    line({ ...envelope, type: "agent_prompted", prompt: { ...prompt("p1", "bob"), ...fields } });
  const moved = (state: Prompt["state"] & string): string | undefined =>
    line({
      ...envelope,
      type: "prompt_changed",
      prompt_id: "p1",
      agent_id: "agent",
      state,
      by: "bob",
    });

  it("has a prompt that no message of it shows, up to a length", () => {
    expect(given({ username: "bob" })).toBe("bob prompts agent: go on");
    expect(given({ message_id: "m1" })).toBeUndefined();
    expect(given({ username: "bob", text: "🙂".repeat(201) })).toBe(
      `bob prompts agent: ${"🙂".repeat(200)}`,
    );
  });

  it("says who stops an agent or takes a prompt back, and nothing of what it does itself", () => {
    expect(moved("stopping")).toBe("bob stops agent");
    expect(moved("cancelled")).toBe("bob cancelled a prompt for agent");
    expect([moved("running"), moved("done")]).toEqual([undefined, undefined]);
  });
});

describe("the detail of an agent", () => {
  it("has its last turn from the events of before and since, each once", () => {
    const replica = world({
      activity: {
        state: "working",
        answer: "So far\u001b",
        health: 62.5,
        health_reasons: ["context 83%\nfull"],
        usage: { context_used: 5, context_limit: 10 },
      },
    });
    const call = (id: string): AgentEvent["data"] => ({
      kind: "tool_call",
      id,
      name: "Bash",
      status: "failed",
      title: id,
    });
    replica.apply(agentEvent(11, call("t3")));
    replica.apply(agentEvent(12, call("t4"), "another"));
    const earlier = [
      agentEvent(11, call("t3")),
      agentEvent(9, call("t2")),
      agentEvent(8, { kind: "prompt", text: "go", turn_id: "go" }),
      agentEvent(7, call("t1")),
    ];
    const detail = agentDetail(replica, "agent", earlier);
    expect(detail?.turn.prompt).toBe("go");
    expect(detail?.turn.calls.map(({ title }) => title)).toEqual(["Bash t2", "Bash t3"]);
    expect(detail?.answer).toBe("So far<U+001B>");
    expect(detail?.healthReasons).toEqual(["context 83% full"]);
    expect(detail?.agent.context_percent).toBe(50);
  });

  it("is none of somebody who is not here", () => {
    expect(agentDetail(world({}), "nobody", [])).toBeUndefined();
  });

  it.each([
    ["bob", "editor", false],
    ["bob", "host", true],
    ["owner", "viewer", true],
  ] as const)("lets %s as %s remove it: %s", (me, role, may) => {
    expect(agentDetail(world({ me, role }), "agent", [])?.mayRemove).toBe(may);
  });
});
