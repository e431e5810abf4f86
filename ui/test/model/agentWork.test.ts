import { describe, expect, it } from "vitest";
import type { AgentEvent, EditorAgentWork } from "../../generated/protocol";
import { detailOf } from "../../model/agentDetail";
import { worksAfter, worksWithout } from "../../model/agentWork";
import { agentEvent, person } from "../make";

const prompt = (seq: number) => agentEvent(seq, { kind: "prompt", text: `p${seq}`, turn_id: "t" });
const call = (seq: number) =>
  agentEvent(seq, {
    kind: "tool_call",
    id: "c",
    name: "Edit",
    tool_kind: "edit",
    status: "failed",
  });
const work = (is_whole: boolean, ...events: AgentEvent[]): EditorAgentWork => ({
  agent_id: "a",
  is_whole,
  events,
});
const seqs = (works: ReturnType<typeof worksAfter>) => works.a?.events?.map(({ seq }) => seq);

describe("the works of agents", () => {
  it("are replaced by a whole one, and go on with what is new", () => {
    const first = worksAfter({}, work(true, prompt(1), call(2)));
    const next = worksAfter(first, { ...work(false, call(2), call(3)), usage: { cost: 1 } });
    expect(seqs(next)).toEqual([1, 2, 3]);
    expect(next.a?.usage).toEqual({ cost: 1 });
    expect(seqs(worksAfter(next, work(false, prompt(4), call(5))))).toEqual([4, 5]);
    expect(seqs(worksAfter(next, work(true, call(9))))).toEqual([9]);
  });

  it("begin with a whole one", () => {
    expect(worksAfter({}, work(false, call(2)))).toEqual({});
  });

  it("keep the last 200 events of a turn", () => {
    const calls = Array.from({ length: 250 }, (_, index) => call(index + 1));
    const works = worksAfter({ a: work(true) }, work(false, ...calls));
    expect(seqs(works)?.length).toBe(200);
    expect(seqs(works)?.at(-1)).toBe(250);
  });

  it("are forgotten one by one", () => {
    expect(worksWithout({ a: work(true), b: work(true) }, "a")).toEqual({ b: work(true) });
  });
});

describe("the detail of an agent", () => {
  const agent = { owner: "Ann", product: "x", health: 62, health_reasons: ["a call \u202efailed"] };
  const robo = person("robo", { user_id: "a", agent });

  it("has its row and its work, with nothing hidden in them", () => {
    const known = { ...work(true, prompt(1), call(2)), answer: "so\u202e", usage: { cost: 1 } };
    const detail = detailOf(robo, known);
    expect(detail).toMatchObject({
      userId: "a",
      username: "robo",
      usage: { cost: 1 },
      healthReasons: ["a call <U+202E>failed"],
      answer: "so<U+202E>",
      isShared: false,
    });
    expect(detail?.turn.calls).toMatchObject([{ title: "Edit", status: "failed" }]);
  });

  it("is there before its work is, and nothing of a person", () => {
    expect(detailOf(robo, undefined)?.turn.calls).toEqual([]);
    expect(detailOf(person("ann"), undefined)).toBeUndefined();
  });
});
