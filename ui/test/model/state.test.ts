import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../messages";
import {
  blockedReason,
  INITIAL,
  type PanelState,
  reduce,
  rejoinable,
  unread,
} from "../../model/state";
import { joined, message, person } from "../make";

function snapshot(fields: Partial<Snapshot> = {}): { type: "snapshot"; snapshot: Snapshot } {
  return {
    type: "snapshot",
    snapshot: {
      state: joined(),
      participants: [person("alice", { is_me: true }), person("bob")],
      files: [],
      messages: [],
      hasMore: false,
      sending: 0,
      readSeq: 0,
      isAttentive: true,
      ...fields,
    },
  };
}

function run(start: PanelState, ...steps: Parameters<typeof reduce>[1][]): PanelState {
  return steps.reduce(reduce, start);
}

const said = (...messages: ReturnType<typeof message>[]) =>
  ({ type: "chat", chat: { messages } }) as const;

describe("what is unread", () => {
  it("is what came while nobody looked, behind a divider that stays until it has served", () => {
    const [first, second] = [message(), message()];
    let state = run(INITIAL, snapshot(), { type: "attention", isAttentive: false }, said(first));
    state = run(state, said(second));
    expect([state.firstUnread, unread(state).length]).toEqual([first.id, 2]);
    state = run(state, { type: "attention", isAttentive: true });
    expect([state.firstUnread, unread(state).length]).toEqual([first.id, 0]);
    expect(state.readSeq).toBe(second.seq);
    state = run(state, { type: "attention", isAttentive: false });
    expect(state.firstUnread).toBeUndefined();
  });

  it("is what came below while one reads above", () => {
    const news = message();
    let state = run(INITIAL, snapshot(), { type: "scrolled", isAtBottom: false }, said(news));
    expect(unread(state)).toEqual([news]);
    state = run(state, { type: "scrolled", isAtBottom: true });
    expect(unread(state)).toEqual([]);
  });

  it("is not what one says oneself, nor what happens, and saying something ends the divider", () => {
    const away = { type: "attention", isAttentive: false } as const;
    let state = run(INITIAL, snapshot(), away, said(message({ kind: "system" })));
    expect([state.firstUnread, unread(state).length]).toEqual([undefined, 0]);
    state = run(state, said(message()));
    expect(state.firstUnread).toBeDefined();
    state = run(state, said(message({ is_me: true })));
    expect(state.firstUnread).toBeUndefined();
  });

  it("is known again when the panel comes back", () => {
    const messages = [message(), message(), message()];
    const readSeq = messages[0]?.seq ?? 0;
    const state = run(INITIAL, snapshot({ messages, readSeq, isAttentive: false }));
    expect([state.firstUnread, unread(state).length]).toEqual([messages[1]?.id, 2]);
  });

  it("is not an edit of what was read", () => {
    const old = message();
    const state = run(
      INITIAL,
      snapshot({ messages: [old] }),
      { type: "scrolled", isAtBottom: true },
      { type: "attention", isAttentive: false },
      said({ ...old, content: "new", is_edited: true }),
    );
    expect([unread(state).length, state.messages[0]?.content]).toEqual([0, "new"]);
  });
});

describe("the chat", () => {
  it("takes older messages before the others, and whether there are more", () => {
    const [old, one] = [message(), message()];
    const state = run(
      INITIAL,
      snapshot({ messages: [one], hasMore: true }),
      { type: "loading" },
      { type: "chat", chat: { prepend: true, has_more: false, messages: [old] } },
      { type: "history" },
    );
    expect(state.messages.map(({ id }) => id)).toEqual([old.id, one.id]);
    expect([state.hasMore, state.history.isLoading]).toEqual([false, false]);
    expect(state.announcement.count).toBe(0);
  });

  it("shows nobody as writing what they have said", () => {
    const participants = [person("bob", { is_writing: true }), person("eve", { is_writing: true })];
    const state = run(INITIAL, snapshot({ participants }), said(message()));
    expect(state.participants.map(({ is_writing }) => is_writing)).toEqual([false, true]);
  });

  it("says why older messages did not come", () => {
    const state = run(INITIAL, snapshot(), { type: "loading" }, { type: "history", refusal: "no" });
    expect(state.history).toEqual({ isLoading: false, refusal: "no" });
  });

  it("tells a screen reader what others say, each time, and not for ever", () => {
    const text = "x".repeat(500);
    let state = run(INITIAL, snapshot(), said(message({ content: "hello" })));
    expect(state.announcement).toEqual({ text: "bob: hello", count: 1 });
    state = run(state, said(message({ is_me: true })), said(message({ content: text })));
    expect(state.announcement.count).toBe(2);
    expect(state.announcement.text.length).toBeLessThan(260);
  });

  it("tells a screen reader of the connection and the role", () => {
    const state = run(INITIAL, snapshot(), {
      type: "state",
      state: { state: "reconnecting", reason: "gone", role: "editor" },
    });
    expect(state.announcement.text).toBe("Reconnecting. Gone.");
    const back = run(state, { type: "state", state: joined() });
    expect(back.announcement.text).toBe("Joined Pairing");
    const viewer = run(back, { type: "state", state: joined({ role: "viewer" }) });
    expect(viewer.announcement.text).toBe("You are viewer now.");
  });
});

describe("a session that was left", () => {
  const left = { type: "state", state: { state: "offline", reason: "you left" } } as const;

  it("is known by its messages, and can be joined again unless it is over", () => {
    const here = run(INITIAL, snapshot({ shown: { id: "s", title: "Pairing" } }));
    expect(rejoinable(here)).toBeUndefined();
    const out = run(here, left);
    expect(rejoinable(out)).toEqual({ id: "s", title: "Pairing" });
    expect(blockedReason(out.connection, [])).toBe("You left.");
    const over = { ...left, state: { ...left.state, is_over: true } };
    expect(rejoinable(run(here, over))).toBeUndefined();
    expect(run(here, over).shown).toEqual({ id: "s", title: "Pairing" });
    // The page was hidden meanwhile: its host knows.
    const again = run(INITIAL, snapshot({ state: left.state, shown: { id: "s" } }));
    expect(rejoinable(again)).toEqual({ id: "s" });
    expect(rejoinable(run(INITIAL, snapshot({ state: left.state })))).toBeUndefined();
  });

  it("is that of before when another one is not joined, and the other one when it is", () => {
    const out = run(INITIAL, snapshot({ shown: { id: "s", title: "Pairing" } }), left);
    const tried = run(out, { type: "state", state: { state: "connecting" } }, left);
    expect(rejoinable(tried)).toEqual({ id: "s", title: "Pairing" });
    const other = joined({ session_id: "other", title: "Review" });
    expect(rejoinable(run(tried, { type: "state", state: other }, left))).toEqual({
      id: "other",
      title: "Review",
    });
  });

  it("does not go on saying why older messages did not come", () => {
    const refused = run(INITIAL, snapshot(), { type: "history", refusal: "the server is away" });
    expect(refused.history.refusal).toBe("the server is away");
    expect(run(refused, { type: "state", state: joined() }).history.refusal).toBeDefined();
    expect(run(refused, left).history.refusal).toBeUndefined();
  });
});

describe("blockedReason", () => {
  it("names the host that a viewer can ask", () => {
    const host = person("ann", { role: "host" });
    expect(blockedReason(joined({ role: "viewer" }), [host])).toContain(
      "To write, ask ann, the host, to make you an editor.",
    );
  });

  it.each([
    [joined(), undefined],
    [joined({ role: "host" }), undefined],
    [joined({ role: "viewer" }), /viewer/],
    [{ state: "reconnecting", role: "viewer" } as const, /viewer/],
    [{ state: "reconnecting", role: "editor" } as const, undefined],
    [{ state: "connecting" } as const, /Connecting/],
    [{ state: "offline" } as const, /not in a session/],
    [{ state: "offline", reason: "you left the session" } as const, /You left the session\.$/],
  ])("of %j", (state, reason) => {
    if (reason === undefined) {
      expect(blockedReason(state, [])).toBeUndefined();
    } else {
      expect(blockedReason(state, [])).toMatch(reason);
    }
  });
});
