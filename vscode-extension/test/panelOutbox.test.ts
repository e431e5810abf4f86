import { describe, expect, it } from "vitest";
import type { Outgoing } from "../panel/messages";
import { PanelOutbox } from "../src/panelOutbox";

interface Sent {
  content: string;
  parentId: string | undefined;
  resolve: () => void;
  reject: (error: Error) => void;
}

function begin(): { outbox: PanelOutbox; sent: Sent[]; shown: (readonly Outgoing[])[] } {
  const sent: Sent[] = [];
  const shown: (readonly Outgoing[])[] = [];
  const outbox = new PanelOutbox(
    (content, parentId) =>
      new Promise<void>((resolve, reject) => sent.push({ content, parentId, resolve, reject })),
    (outgoing) => shown.push(outgoing),
  );
  return { outbox, sent, shown };
}

describe("PanelOutbox", () => {
  it("shows a message until the session has it", async () => {
    const { outbox, sent, shown } = begin();
    const done = outbox.send("hello", "m1");
    expect(shown.at(-1)).toEqual([{ id: "o1", content: "hello", parentId: "m1" }]);
    expect(sent[0]).toMatchObject({ content: "hello", parentId: "m1" });
    sent[0]?.resolve();
    await done;
    expect(shown.at(-1)).toEqual([]);
  });

  it("keeps what was refused, beside what is still on its way", async () => {
    const { outbox, sent } = begin();
    const first = outbox.send("one");
    void outbox.send("two");
    sent[0]?.reject(new Error("too fast"));
    await first;
    expect(outbox.outgoing).toEqual([
      { id: "o1", content: "one", refusal: "too fast" },
      { id: "o2", content: "two" },
    ]);
  });

  it("sends what was refused again, as it was, and only that", async () => {
    const { outbox, sent } = begin();
    const first = outbox.send("one", "m1");
    await outbox.retry("o1");
    expect(sent).toHaveLength(1);
    sent[0]?.reject(new Error("no"));
    await first;
    const again = outbox.retry("o1");
    expect(outbox.outgoing).toEqual([{ id: "o1", content: "one", parentId: "m1" }]);
    sent[1]?.resolve();
    await again;
    expect(outbox.outgoing).toEqual([]);
  });

  it("discards what was refused, and nothing else", async () => {
    const { outbox, sent } = begin();
    const first = outbox.send("one");
    outbox.discard("o1");
    outbox.discard("unknown");
    expect(outbox.outgoing).toHaveLength(1);
    sent[0]?.reject(new Error("no"));
    await first;
    outbox.discard("o1");
    expect(outbox.outgoing).toEqual([]);
  });

  it("forgets with the session, and not when the same one is shown anew", async () => {
    const { outbox, sent } = begin();
    outbox.forget("s1");
    const first = outbox.send("one");
    sent[0]?.reject(new Error("no"));
    await first;
    outbox.forget("s1");
    expect(outbox.outgoing).toHaveLength(1);
    outbox.forget("s2");
    expect(outbox.outgoing).toEqual([]);
  });
});
