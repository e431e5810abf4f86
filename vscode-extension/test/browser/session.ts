// A session with something of everything, as a host tells it to the panel.
import type { Snapshot, ToPanel } from "@peerline/ui/messages";
import { joined, message, person } from "@peerline/ui/test/make";

/** As recent as the clock of the page needs it. */
export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

export function snapshot(fields: Partial<Snapshot> = {}): ToPanel {
  return {
    type: "snapshot",
    snapshot: {
      state: joined({
        user_id: "alice",
        username: "alice",
        limits: {
          max_message_bytes: 65_536,
          max_content_chars: 8000,
          messages_per_minute: 100,
          presence_interval_ms: 50,
          snapshot_messages: 100,
          heartbeat_seconds: 20,
        },
        session: {
          id: "s",
          title: "Pairing",
          created_at: minutesAgo(90),
          status: "active",
          token_count: 150_000,
          token_limit: 200_000,
          health_score: 75,
          cost: 1.25,
          model: "sonnet",
          context: { branch: "main", task: "Speed up the parser" },
        },
      }),
      participants: [
        person("alice", { is_me: true, role: "host", file: "src/cart.py", line: 20 }),
        person("bob", {
          color: 4,
          status: "typing",
          is_writing: true,
          file: "src/pricing.py",
          line: 3,
        }),
        person("Carol Danvers", { color: 7, role: "viewer", status: "idle" }),
      ],
      files: [
        {
          id: "event-1",
          user_id: "bob",
          username: "bob",
          color: 4,
          file: "src/pricing.py",
          change: "modified",
          lines_added: 12,
          lines_removed: 3,
          timestamp: minutesAgo(7),
        },
        {
          id: "event-2",
          user_id: "bob",
          username: "bob",
          color: 4,
          file: "src/old_prices.py",
          change: "deleted",
          timestamp: minutesAgo(2),
        },
      ],
      messages: [],
      hasMore: false,
      sending: 0,
      readSeq: 0,
      isAttentive: true,
      ...fields,
    },
  };
}

const alice = { user_id: "alice", username: "alice", color: 0, is_me: true } as const;

/** A conversation with every kind of message. */
export function conversation() {
  const question = message({
    timestamp: minutesAgo(60 * 24),
    content: "Why is `src/cart.py:20` an int? See https://docs.python.org/3/library/decimal.html.",
  });
  return [
    message({ kind: "system", content: "joined", timestamp: minutesAgo(60 * 24 + 1) }),
    question,
    message({
      user_id: "alice",
      username: "alice",
      color: 0,
      is_me: true,
      is_edited: true,
      parent_id: question.id,
      timestamp: minutesAgo(60 * 24 - 2),
      content:
        "Because nobody sold half a cup.\n```python\ntotal = 0\nfor item in self.items:\n    total += price_of(item)\n```",
      reactions: [
        { emoji: "👍", names: ["bob", "Carol Danvers"], is_mine: false },
        { emoji: "🎉", names: ["alice"], is_mine: true },
      ],
    }),
    message({ content: "", is_deleted: true, timestamp: minutesAgo(11), color: 4 }),
    message({
      content: "@alice could you look at src/pricing.py:3-9?",
      mentions_me: true,
      timestamp: minutesAgo(10),
      color: 4,
    }),
    message({ content: "It is the rounding, I think.", timestamp: minutesAgo(9), color: 4 }),
    message({
      user_id: "c",
      username: "Carol Danvers",
      color: 7,
      content: "Following along.",
      timestamp: minutesAgo(4),
    }),
  ];
}

/** My unsent messages: one is pending, one was refused. */
export function unsent() {
  return [
    message({
      ...alice,
      content: "Said while the server was away.",
      is_pending: true,
      seq: undefined,
      timestamp: minutesAgo(1),
    }),
    message({
      ...alice,
      content: "Said by somebody who may not.",
      is_pending: true,
      refusal: "viewers cannot write",
      seq: undefined,
      timestamp: minutesAgo(1),
    }),
  ];
}
