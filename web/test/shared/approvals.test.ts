import { type Approval, type Participant, Replica, type Role } from "@peerline/client/session";
import { describe, expect, it } from "vitest";
import { approvalsOf } from "../../src/shared/approvals.ts";

const APPROVAL: Approval = {
  id: "ap1",
  user_id: "agent",
  username: "claude\u202e",
  owner_id: "bob",
  title: "Run\ncommand",
  tool: "Bash",
  detail: "pytest\u00a0-q |\u200d|\n\u001b[2J\u{e0041}",
  is_cut: false,
  digest: `sha256:${"0".repeat(64)}`,
  files: ["a.py", "b\u3000.py"],
  options: ["allow_once", "deny"],
  asked_at: "2026-01-02T10:00:00Z",
  expires_at: "2026-01-02T10:05:00Z",
};

type Policy = NonNullable<Participant["agent"]>["agent_policy"];

function replica(
  me: string,
  role: Role,
  policy: Policy,
  kind: "human" | "agent" = "human",
): Replica {
  const person = (id: string): Participant => ({
    id,
    username: id,
    role,
    joined_at: "2026-01-02T10:00:00Z",
  });
  const agent: Participant = {
    ...person("agent"),
    kind: "agent",
    agent: { owner_id: "bob", product: "x", ...(policy == null ? {} : { agent_policy: policy }) },
  };
  const found = new Replica();
  found.apply({
    type: "connected",
    session_id: "s",
    user: { id: me, username: me, role, kind },
    role,
    connection_id: "c",
    session: { id: "s", title: "Pairing", created_at: "2026-01-02T10:00:00Z" },
    participants: [person("alice"), person("bob"), agent],
    approvals: [APPROVAL],
    comments: [],
    messages: [],
    seq: 1,
    epoch: "e",
    resumed: false,
    limits: {
      max_message_bytes: 1,
      max_content_chars: 80,
      messages_per_minute: 1,
      presence_interval_ms: 1,
      snapshot_messages: 2,
      heartbeat_seconds: 1,
    },
  } as Parameters<Replica["apply"]>[0]);
  return found;
}

describe("the questions of agents", () => {
  it("are shown with what is hidden in them", () => {
    const [shown] = approvalsOf(replica("alice", "editor", "editors"));
    expect(shown).toMatchObject({
      username: "claude<U+202E>",
      owner: "bob",
      title: "Run command",
      detail: "pytest<U+00A0>-q |<U+200D>|\n<U+001B>[2J<U+E0041>",
      files: ["a.py", "b<U+3000>.py"],
      digest: APPROVAL.digest,
      may_answer: true,
    });
  });

  it.each([
    ["bob", "viewer", undefined, true],
    ["alice", "host", undefined, false],
    ["alice", "host", "hosts", true],
    ["alice", "editor", "hosts", false],
    ["alice", "editor", "editors", true],
    ["alice", "viewer", "editors", false],
  ] as const)("may be answered by %s as %s under %s: %s", (me, role, policy, expected) => {
    expect(approvalsOf(replica(me, role, policy))[0]?.may_answer).toBe(expected);
  });

  it("are answered by no agent", () => {
    expect(approvalsOf(replica("bob", "editor", "editors", "agent"))[0]?.may_answer).toBe(false);
  });
});
