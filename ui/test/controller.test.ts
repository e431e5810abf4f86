import { describe, expect, it } from "vitest";
import { Controller } from "../controller";
import type { PanelHost } from "../host";
import type { FromPanel, Snapshot, ToPanel } from "../messages";
import { joined, message } from "./make";

class Host implements PanelHost {
  readonly posted: FromPanel[] = [];
  saved: unknown;
  tell: (message: ToPanel) => void = () => {};
  post(sent: FromPanel): void {
    this.posted.push(sent);
  }
  listen(hear: (message: ToPanel) => void): void {
    this.tell = hear;
  }
  load(): unknown {
    return this.saved;
  }
  save(state: unknown): void {
    this.saved = state;
  }
}

function snapshot(fields: Partial<Snapshot> = {}): ToPanel {
  return {
    type: "snapshot",
    snapshot: {
      state: joined(),
      participants: [],
      files: [],
      messages: [],
      hasMore: true,
      sending: 0,
      readSeq: 0,
      isAttentive: true,
      ...fields,
    },
  };
}

function begin(saved?: unknown): { host: Host; controller: Controller; clock: { now: number } } {
  const host = new Host();
  host.saved = saved;
  const clock = { now: 0 };
  const controller = new Controller(host, () => clock.now);
  controller.start();
  return { host, controller, clock };
}

describe("Controller", () => {
  it("asks for a snapshot, and tells what is read of it", () => {
    const { host, controller } = begin();
    expect(host.posted).toEqual([{ type: "ready" }]);
    const old = message();
    host.tell(snapshot({ messages: [old] }));
    expect(host.posted).toHaveLength(1);
    controller.act({ type: "scrolled", isAtBottom: true });
    expect(host.posted.at(-1)).toEqual({ type: "read", seq: old.seq });
    host.tell(snapshot({ messages: [old], readSeq: old.seq ?? 0 }));
    expect(host.posted).toHaveLength(2);
    const mine = message({ is_me: true });
    host.tell(snapshot({ messages: [old, mine], readSeq: old.seq ?? 0 }));
    expect(host.posted.at(-1)).toEqual({ type: "read", seq: mine.seq });
  });

  it("gives each request its own answer", async () => {
    const { host, controller } = begin();
    const first = controller.request({ type: "delete", messageId: "m1" });
    const second = controller.request({ type: "delete", messageId: "m2" });
    const [one, two] = host.posted.slice(1) as { request: string }[];
    host.tell({ type: "answer", request: two?.request ?? "", refusal: "no" });
    host.tell({ type: "answer", request: one?.request ?? "" });
    host.tell({ type: "answer", request: "unknown" });
    expect(await Promise.all([first, second])).toEqual([undefined, "no"]);
  });

  it("keeps the prompt for each agent, and nothing of another kind", () => {
    const { host, controller } = begin({
      prompts: { robo: "old", other: 7 },
      open: { files: "x" },
    });
    expect([controller.prompt("robo"), controller.prompt("other")]).toEqual(["old", ""]);
    controller.keepPrompt("claude", "new");
    controller.keepPrompt("robo", "");
    expect(begin(host.saved).controller.prompt("claude")).toBe("new");
    expect(host.saved).toMatchObject({ prompts: { claude: "new" }, open: {} });
  });

  it("asks for history once at a time, and only if there is some", () => {
    const { host, controller } = begin();
    host.tell(snapshot({ hasMore: false }));
    controller.loadHistory();
    expect(host.posted).toHaveLength(1);
    host.tell(snapshot());
    controller.loadHistory();
    controller.loadHistory();
    expect(host.posted.filter(({ type }) => type === "history")).toHaveLength(1);
    host.tell({ type: "history" });
    controller.loadHistory();
    expect(host.posted.filter(({ type }) => type === "history")).toHaveLength(2);
  });

  it("asks for no history of a session that was left, until it is joined again", () => {
    const { host, controller } = begin();
    host.tell(snapshot());
    host.tell({ type: "state", state: { state: "offline", reason: "you left" } });
    controller.loadHistory();
    expect(host.posted.filter(({ type }) => type === "history")).toHaveLength(0);
    host.tell({ type: "state", state: joined() });
    controller.loadHistory();
    expect(host.posted.filter(({ type }) => type === "history")).toHaveLength(1);
  });

  it("reports typing every two seconds at most", () => {
    const { host, controller, clock } = begin();
    for (clock.now of [0, 1999, 2000, 2001, 4000]) {
      controller.typing();
    }
    expect(host.posted.filter(({ type }) => type === "typing")).toHaveLength(3);
  });

  it("reports typing again at once after a message was sent", () => {
    const { host, controller } = begin();
    controller.typing();
    controller.typing();
    controller.post({ type: "send", content: "hello" });
    controller.typing();
    const told = host.posted.map(({ type }) => type).filter((type) => type !== "ready");
    expect(told).toEqual(["typing", "send", "typing"]);
  });

  it("keeps the draft and what is folded, but no answer to another session's message", () => {
    const { host, controller } = begin();
    host.tell(snapshot());
    controller.keepDraft({ text: "draft", replyTo: "m1" });
    controller.keepOpen("files", true);
    const again = begin(host.saved);
    expect(again.controller.draft).toEqual({ text: "draft", replyTo: "m1" });
    expect(again.controller.isOpen("files", false)).toBe(true);
    expect(again.controller.isOpen("details", true)).toBe(true);
    again.host.tell(snapshot());
    expect(again.controller.draft).toEqual({ text: "draft", replyTo: "m1" });
    again.host.tell(snapshot({ state: joined({ session_id: "other" }) }));
    expect(again.controller.draft).toEqual({ text: "draft" });
  });

  it("takes back what was not sent, before what was written since, and tells why", () => {
    const { host, controller } = begin();
    host.tell(snapshot());
    let changes = 0;
    controller.onDraft = () => {
      changes += 1;
    };
    host.tell({ type: "returned", returned: { content: "one", parentId: "m1", refusal: "no" } });
    expect(controller.draft).toEqual({ text: "one", replyTo: "m1" });
    host.tell({ type: "returned", returned: { content: "zero", refusal: "never" } });
    expect(controller.draft).toEqual({ text: "zero\none", replyTo: "m1" });
    expect([controller.state.refusal, changes]).toEqual(["never", 2]);
    controller.act({ type: "tried" });
    expect(controller.state.refusal).toBeUndefined();
  });

  it("makes a draft of the change to a message that was sent meanwhile, hidden or not", () => {
    const waiting = message({ is_me: true, is_pending: true, seq: undefined });
    const removal: ToPanel = { type: "chat", chat: { messages: [], removed: [waiting.id] } };
    for (const news of [removal, snapshot({ messages: [] })]) {
      const { host, controller } = begin();
      host.tell(snapshot({ messages: [waiting] }));
      controller.keepEditing({ id: waiting.id, text: "changed", isUnsent: true });
      host.tell({ type: "attention", isAttentive: false });
      expect(controller.draft.text).toBe("");
      const again = begin(host.saved);
      again.host.tell(snapshot({ state: { state: "offline" } }));
      expect(again.controller.draft.text).toBe("");
      again.host.tell(snapshot({ messages: [waiting] }));
      again.host.tell(news);
      expect(again.controller.draft.text).toBe("changed");
      expect(again.controller.editing).toBeUndefined();
    }
  });

  it.each([[7], [{ draft: 7, open: 7 }], [{ draft: { text: 7 }, open: { a: 7 } }]])(
    "starts from scratch with a state that it does not understand: %j",
    (saved) => {
      const { controller } = begin(saved);
      expect(controller.draft).toEqual({ text: "" });
      expect(controller.isOpen("a", false)).toBe(false);
    },
  );
});
