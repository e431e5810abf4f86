// One AI agent at work: which parts there are, and what of them is left out.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AgentView } from "../../components/AgentView";
import type { AgentCall, AgentDetail } from "../../model/agentView";
import { Page, textOf } from "../page";

let page: Page;
const onOpen = vi.fn();
const acts = {
  prompt: vi.fn(async () => undefined),
  stop: vi.fn(async (_id: string, _prompt: string | undefined): Promise<void> => undefined),
  cancel: vi.fn(async () => undefined),
  reasonOf: (error: unknown) => (error as Error).message,
  draft: () => "",
  keepDraft: () => undefined,
};

beforeEach(() => {
  page = new Page();
  vi.clearAllMocks();
});

afterEach(() => page.close());

async function draw(fields: Partial<AgentDetail> = {}, isInRow?: boolean): Promise<void> {
  const detail: AgentDetail = {
    ...{ userId: "c1", username: "claude", agent: { owner: "ann", product: "claude-code" } },
    ...{ turn: { calls: [], files: [] }, usage: {}, healthReasons: [] },
    ...{ isShared: false, mayRemove: false, ...fields },
  };
  await page.draw(<AgentView detail={detail} acts={acts} onOpen={onOpen} isInRow={isInRow} />);
}

const agent = (fields: Partial<AgentDetail["agent"]>) => ({
  agent: { owner: "ann", product: "claude-code", ...fields },
});
const titles = () => page.all("h3").map(textOf);
const call = (key: string, fields: Partial<AgentCall> = {}): AgentCall => ({
  ...{ key, kind: "edit", title: key, status: "completed", files: [] },
  ...fields,
});

describe("the view", () => {
  it("of an agent that has told nothing says so", async () => {
    await draw();
    expect(titles()).toEqual(["This turn"]);
    expect(textOf(page.one(".agent-about"))).toBe("agent of ann · claude-code");
    expect(textOf(page.one(".agent-now"))).toBe("No activity reported yet.");
    expect(page.text).toContain("No tool was called.");
  });

  it("has all that is known", async () => {
    await draw({
      ...agent({
        ...{ owner: "", model: "m", state: "thinking", health: 61.6 },
        plan: [
          { text: "read", status: "completed" },
          { text: "write\u202e", status: "in_progress" },
        ],
      }),
      ...{ healthReasons: ["a call failed"], answer: "So far" },
      usage: { context_used: 50, context_limit: 100 },
      turn: {
        ...{ prompt: "do it", calls: [], files: [], end: { reason: "end_turn" } },
      },
    });
    expect(titles()).toEqual([
      ...["Answer so far", "Plan: 1 of 2 done", "Last turn", "Usage", "Health 62 of 100"],
    ]);
    expect(textOf(page.one(".agent-about"))).toBe("agent · claude-code · m");
    expect(page.all(".agent-plan li").map(textOf)).toEqual([
      "done: read",
      "under way: writeU+202E",
    ]);
    expect(page.one<HTMLMeterElement>("meter").getAttribute("value")).toBe("0.5");
    expect(textOf(page.one(".agent-reasons"))).toBe("a call failed");
  });

  it("in a row has no state and no button of its own, and smaller headings", async () => {
    await draw(agent({ state: "working", queue: { may_stop: true } }));
    expect(page.buttons).toEqual(["Stop claude"]);
    expect(page.one("h3").getAttribute("aria-level")).toBe("3");
    await draw(agent({ state: "working", queue: { may_stop: true } }), true);
    expect([page.buttons, page.all(".agent-now")]).toEqual([[], []]);
    expect(page.one("h3").getAttribute("aria-level")).toBe("2");
  });

  it("stops the turn of the prompt that is running, and says why it did not", async () => {
    const prompts = [
      { id: "p1", user_id: "a", username: "a", text: "x", state: "running" as const },
    ];
    await draw(agent({ queue: { may_stop: true, prompts } }));
    acts.stop.mockRejectedValueOnce(new Error("it has ended"));
    await page.click("Stop claude");
    expect(acts.stop).toHaveBeenCalledWith("c1", "p1");
    expect(page.alerts).toEqual(["It has ended."]);
  });
});

describe("the prompts", () => {
  it.each([
    [false, true, 0, false],
    [true, true, 1, false],
    [true, false, 0, true],
  ])(
    "of one that is shared: %s, may be prompted: %s",
    async (isShared, may_prompt, boxes, isNoted) => {
      await draw({ isShared, ...agent({ queue: { may_prompt } }) });
      expect(page.all("textarea")).toHaveLength(boxes);
      expect(page.text.includes("You cannot prompt this agent.")).toBe(isNoted);
    },
  );
});

describe("the calls", () => {
  it.each([
    [100, 100, []],
    [101, 100, ["The last 100 of 101 calls."]],
  ])("of %i are the last %i", async (count, shown, notes) => {
    const calls = [...Array(count).keys()].map((index) => call(`c${index}`));
    await draw({ turn: { calls, files: [] } });
    expect(page.all(".agent-calls li")).toHaveLength(shown);
    expect(
      page
        .all(".note")
        .map(textOf)
        .filter((text) => text.endsWith("calls.")),
    ).toEqual(notes);
    expect(textOf(page.all(".agent-title").at(-1) as HTMLElement)).toBe(`c${count - 1}`);
  });

  it("have their end if it is worth it, their time and their output", async () => {
    const failed = call("pytest", {
      kind: "execute",
      status: "failed",
      milliseconds: 41,
      output: "1 failed",
    });
    await draw({ turn: { calls: [call("a.py"), failed], files: [] } });
    const [good, bad] = page.all(".agent-calls li");
    expect(good?.querySelectorAll("strong, details, .note")).toHaveLength(0);
    expect(bad?.querySelectorAll("strong.is-failed, details, .note")).toHaveLength(3);
    expect(textOf(page.one("pre"))).toBe("1 failed");
  });
});

describe("the files", () => {
  it("are opened, and their changes drawn once those are asked for", async () => {
    const diffs = ["--- a\n+++ b\n-old\n+new\n same"];
    await draw({
      turn: {
        calls: [],
        files: [
          { file: "a.py", added: 1, removed: 0, diffs },
          { file: "b.py", diffs: [] },
        ],
      },
    });
    await page.click("a.py");
    expect(onOpen).toHaveBeenCalledWith("a.py");
    expect(textOf(page.all(".file-note")[0] as HTMLElement)).toBe("+1 −0");
    expect(textOf(page.all(".file-note")[1] as HTMLElement)).toBe("");
    const details = page.one<HTMLDetailsElement>("details");
    expect(page.all("pre ins, pre del")).toEqual([]);
    details.open = true;
    await page.fire(details, "toggle");
    expect(page.all("pre ins").map(textOf)).toContain("+new");
    expect(page.all("pre del").map(textOf)).toContain("-old");
    expect(page.one("pre").textContent).toContain(" same\n");
  });
});
