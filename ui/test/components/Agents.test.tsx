// The rows of AI agents: what each does, stopping it, and its work while the row is open.
// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Agents } from "../../components/Agents";
import type { EditorAgent, EditorParticipant } from "../../generated/protocol";
import { supervisor } from "../../supervise";
import { joined, person } from "../make";
import { Page, textOf } from "../page";

let page: Page;
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
  supervisor.reportTo({ log: (text) => expect.unreachable(text), tell: () => undefined });
});

afterEach(() => page.close());

function claude(fields: Partial<EditorAgent> = {}): EditorParticipant {
  return person("claude", { agent: { owner: "ann", product: "claude-code", ...fields } });
}

async function draw(...participants: EditorParticipant[]): Promise<void> {
  await page.draw(<Agents participants={participants} acts={acts} />);
}

const waiting = (id: string, state: "waiting" | "running" = "waiting") => ({
  ...{ id, user_id: "ann", username: "ann", text: "do it", state },
});

describe("the rows", () => {
  it("are those of agents alone, and none without one", async () => {
    await draw(person("bob"));
    expect(page.all("section")).toEqual([]);
    await draw(person("bob"), claude({ state: "idle" }));
    expect(page.all("article").map((each) => each.getAttribute("aria-label"))).toEqual(["claude"]);
  });

  it("have what the agent does, and how many prompts there are", async () => {
    await draw(
      claude({ state: "working", doing: "Edit a.py", queue: { prompts: [waiting("p")] } }),
    );
    expect(textOf(page.one(".agent-line"))).toBe("claude working: Edit a.py1 prompt");
    await draw(claude({ state: "idle", queue: { prompts: [] } }));
    expect(textOf(page.one(".agent-line"))).toBe("claude idle");
  });

  it("have a button to stop the turn where one may, which says why it did not", async () => {
    await draw(claude({ queue: { prompts: [waiting("p1", "running")] } }));
    expect(page.buttons).toEqual([]);
    await draw(claude({ queue: { may_stop: true, prompts: [waiting("p1", "running")] } }));
    acts.stop.mockRejectedValueOnce(new Error("it has ended"));
    await page.click("Stop claude");
    expect(acts.stop).toHaveBeenCalledWith("claude", "p1");
    expect(page.alerts).toEqual(["It has ended."]);
  });
});

describe("the work of an agent", () => {
  const watched = () =>
    page.posted.flatMap((sent) => (sent.type === "watch" ? [[sent.agentId, sent.isWatched]] : []));

  /** Draw it with the last state of the controller. */
  async function redraw(): Promise<void> {
    await draw(claude({ state: "idle" }));
  }

  async function toggle(isOpen: boolean): Promise<void> {
    const details = page.one<HTMLDetailsElement>("article > .agent-head > details");
    details.open = isOpen;
    await page.fire(details, "toggle");
  }

  beforeEach(async () => {
    await page.snapshot();
    await redraw();
  });

  it("is asked for while the row is open, and then alone", async () => {
    expect(watched()).toEqual([]);
    await toggle(true);
    expect(watched()).toEqual([["claude", true]]);
    expect(textOf(page.one(".agent-view [role='status']"))).toBe("Loading the turn…");
    await toggle(false);
    expect(watched()).toEqual([
      ["claude", true],
      ["claude", false],
    ]);
  });

  it("is asked for again after an interruption, in which it may be out of date", async () => {
    await toggle(true);
    await page.tell({ type: "state", state: joined({ state: "reconnecting" }) });
    await redraw();
    expect(page.text).toContain("Not connected. This may be out of date.");
    await page.tell({ type: "state", state: joined() });
    await redraw();
    expect(watched().map(([, isWatched]) => isWatched)).toEqual([true, false, true]);
  });

  it("that is refused says why, and is not loading", async () => {
    await toggle(true);
    await page.answer("agents cannot be looked at");
    expect(page.alerts).toEqual(["Agents cannot be looked at."]);
    expect(page.text).not.toContain("Loading");
  });
});
