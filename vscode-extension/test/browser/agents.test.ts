// The agents in the built panel, in a real Chromium: their questions, what they do, their prompts.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { EditorAgent, EditorAgentWork, EditorApproval } from "@peerline/ui/generated/protocol";
import type { FromPanel } from "@peerline/ui/messages";
import { agentEvent, joined, person } from "@peerline/ui/test/make";
import type { AxeResults } from "axe-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DEADLINE, PanelBrowser, type PanelPage } from "./panelPage";
import { snapshot } from "./session";
import { THEMES } from "./themes";

const AXE = createRequire(import.meta.url).resolve("axe-core");
const DIGEST = `sha256:${"0".repeat(64)}`;
const QUESTION: EditorApproval = {
  id: "ap1",
  user_id: "agent",
  username: "robo",
  color: 2,
  owner: "Ann",
  title: "Run command",
  tool: "Bash",
  detail: "pytest -q",
  digest: DIGEST,
  options: ["allow_once", "deny"],
  asked_at: "2026-01-02T10:00:00Z",
  expires_at: "2026-01-02T10:05:00Z",
  may_answer: true,
};
const QUEUE: NonNullable<EditorAgent["queue"]> = {
  may_prompt: true,
  may_stop: true,
  prompts: [
    {
      id: "p1",
      user_id: "bob",
      username: "bob",
      text: "Speed up the parser",
      state: "running",
      may_cancel: true,
    },
    {
      id: "p2",
      user_id: "bob",
      username: "bob",
      text: "<img src=x onerror=alert(1)>",
      state: "waiting",
      may_cancel: true,
    },
    { id: "p3", user_id: "c", username: "Carol", text: "And the lexer", state: "waiting" },
  ],
};

const browser = new PanelBrowser();
const open: PanelPage[] = [];

beforeAll(() => browser.start(), DEADLINE * 3);
afterEach(async () => {
  for (const panel of open.splice(0)) {
    expect(panel.problems).toEqual([]);
    await panel.page.context().close();
  }
});
afterAll(() => browser.stop());

const WORK: EditorAgentWork = {
  agent_id: "agent",
  is_whole: true,
  events: [
    agentEvent(1, { kind: "prompt", text: "Speed it up", turn_id: "t" }),
    agentEvent(2, {
      kind: "tool_call",
      id: "c1",
      name: "Edit",
      tool_kind: "edit",
      title: "src/cart.py",
      status: "completed",
      files: [
        {
          file: "src/cart.py",
          lines_added: 1,
          lines_removed: 1,
          diff: "@@ -1 +1 @@\n-slow()\n+<b>fast()</b>",
        },
      ],
    }),
    agentEvent(3, {
      kind: "tool_call",
      id: "c2",
      name: "Bash",
      tool_kind: "execute",
      title: "pytest \u202e",
      status: "failed",
      duration_ms: 1400,
    }),
  ],
  tool: { id: "c3", name: "Read", kind: "read", status: "running", title: "a.py" },
  usage: { context_used: 51_000, context_limit: 100_000 },
};

function robo(queue: EditorAgent["queue"] = QUEUE) {
  const agent: EditorAgent = {
    owner: "Ann",
    product: "claude-code",
    state: "working",
    doing: "Editing src/cart.py",
    context_percent: 51,
    health: 62,
    health_reasons: ["2 of the last 20 calls failed"],
    plan: [{ text: "Read the tests", status: "completed" }],
    queue,
  };
  return person("robo", { user_id: "agent", agent });
}

async function show(
  approvals: EditorApproval[],
  participants = [person("alice", { is_me: true }), robo()],
  theme: keyof typeof THEMES = "dark",
): Promise<PanelPage> {
  const panel = await browser.open(theme);
  open.push(panel);
  await panel.tell(snapshot({ approvals, participants }));
  return panel;
}

async function posted<Type extends FromPanel["type"]>(
  panel: PanelPage,
  type: Type,
): Promise<Extract<FromPanel, { type: Type }>> {
  await expect.poll(async () => (await panel.posted(type)).length).toBeGreaterThan(0);
  const last = (await panel.posted(type)).at(-1);
  if (last === undefined) {
    throw new Error(`no ${type} was posted`);
  }
  return last;
}

describe("a question of an agent", { timeout: DEADLINE * 2 }, () => {
  it("is shown and answered, with the digest of what was shown", async () => {
    const panel = await show([QUESTION]);
    const { page } = panel;
    const question = page.getByRole("article", { name: "robo asks: Run command (Bash)" });
    await question.getByRole("button", { name: "Allow Once" }).click();
    const decided = await posted(panel, "decide");
    expect(decided).toMatchObject({ approvalId: "ap1", answer: "allow_once", digest: DIGEST });
    await panel.tell({ type: "answer", request: decided.request, refusal: "it has expired" });
    await expect.poll(() => question.getByRole("alert").innerText()).toBe("It has expired.");
    await panel.tell({ type: "approvals", approvals: [] });
    await expect.poll(() => question.count()).toBe(0);
  });

  it("is allowed only when all of it was seen to its end", async () => {
    const { digest: _, ...cut } = { ...QUESTION, detail: "beginning", is_cut: true };
    const panel = await show([cut]);
    const { page } = panel;
    const allow = page.getByRole("button", { name: "Allow Once" });
    await expect.poll(() => allow.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Show All" }).click();
    const { request } = await posted(panel, "question");
    const detail = Array.from({ length: 200 }, (_, line) => `echo ${line}`).join("\n");
    const approval = { ...QUESTION, detail };
    await panel.tell({ type: "answer", request, approval });
    const text = page.getByRole("region", { name: "What robo wants to do" });
    await expect.poll(() => text.innerText()).toContain("echo 199");
    expect(await allow.isDisabled()).toBe(true);
    await text.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    await allow.click();
    expect(await posted(panel, "decide")).toMatchObject({ answer: "allow_once", digest: DIGEST });
  });
});

describe("an agent", { timeout: DEADLINE * 2 }, () => {
  it("is shown with what it does and its queue, is stopped, and a prompt is cancelled", async () => {
    const panel = await show([]);
    const { page } = panel;
    const agent = page.getByRole("article", { name: "robo" });
    await expect.poll(() => agent.innerText()).toMatch(/robo working: Editing src\/cart\.py/);
    expect(await agent.innerText()).toContain("3 prompts");
    await agent.getByRole("button", { name: "Stop robo" }).click();
    expect(await posted(panel, "stop")).toMatchObject({ agentId: "agent" });
    await agent.getByText("3 prompts").click();
    await expect.poll(() => agent.innerText()).toContain("agent of Ann · claude-code");
    const rows = agent.getByRole("list", { name: "Prompts for robo" }).getByRole("listitem");
    expect(await rows.locator(".agent-prompt").allInnerTexts()).toEqual([
      "running bob: Speed up the parser",
      "waiting bob: <img src=x onerror=alert(1)>",
      "waiting Carol: And the lexer",
    ]);
    // Only a prompt that waits, and that one may cancel, has the button.
    expect(await rows.getByRole("button").count()).toBe(1);
    await rows.getByRole("button").click();
    expect(await posted(panel, "cancel")).toMatchObject({ promptId: "p2" });
  });

  it("takes a prompt, which stays until it was taken and when the panel is hidden", async () => {
    const panel = await show([]);
    const { page } = panel;
    await page.getByText("3 prompts").click();
    const box = page.getByRole("textbox", { name: "Prompt for robo" });
    await box.fill("run the");
    await page.reload();
    await panel.tell(snapshot({ participants: [robo()] }));
    await expect.poll(() => box.inputValue()).toBe("run the");
    await box.press("End");
    await box.pressSequentially(" tests");
    await box.press("Shift+Enter");
    await box.pressSequentially("twice");
    await box.press("Enter");
    const first = await posted(panel, "prompt");
    expect(first).toMatchObject({ agentId: "agent", text: "run the tests\ntwice" });
    await panel.tell({ type: "answer", request: first.request, refusal: "robo is busy" });
    await expect.poll(() => page.getByRole("alert").innerText()).toBe("Robo is busy.");
    expect(await box.inputValue()).toBe("run the tests\ntwice");
    await page.getByRole("button", { name: "Prompt", exact: true }).click();
    await expect.poll(async () => (await panel.posted("prompt")).length).toBe(2);
    await panel.tell({ type: "answer", request: (await posted(panel, "prompt")).request });
    await expect.poll(() => box.inputValue()).toBe("");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("offers only what one may do, and nothing without an agent", async () => {
    const prompts = QUEUE.prompts?.slice(2) ?? [];
    const panel = await show([], [robo({ prompts, may_prompt: false, may_stop: false })]);
    const { page } = panel;
    const agent = page.getByRole("article", { name: "robo" });
    await agent.getByText("1 prompt").click();
    await expect.poll(() => agent.innerText()).toContain("And the lexer");
    expect(await agent.getByRole("button").count()).toBe(0);
    expect(await agent.getByRole("textbox").count()).toBe(0);
    await panel.tell({ type: "participants", participants: [person("bob")] });
    await expect.poll(() => page.getByRole("region", { name: /^Agents/ }).count()).toBe(0);
  });

  it("shows its calls, diffs and health while it is open, and asks for them then alone", async () => {
    const panel = await show([]);
    const { page } = panel;
    const agent = page.getByRole("article", { name: "robo" });
    const summary = agent.locator("summary").first();
    await expect.poll(() => summary.isVisible()).toBe(true);
    expect(await panel.posted("watch")).toEqual([]);
    await summary.focus();
    await page.keyboard.press("Enter");
    const asked = await posted(panel, "watch");
    expect(asked).toMatchObject({ agentId: "agent", isWatched: true });
    await expect.poll(() => agent.getByRole("status").innerText()).toBe("Loading the turn…");
    await panel.tell({ type: "answer", request: asked.request });
    await panel.tell({ type: "agentWork", work: WORK });
    const calls = agent.getByRole("list", { name: "Tool calls" }).getByRole("listitem");
    await expect
      .poll(() => calls.allInnerTexts())
      .toEqual([
        "Edit src/cart.py",
        expect.stringMatching(/^Run Bash pytest <U\+202E> failed 1\.4 s$/),
        "Read a.py runs",
      ]);
    expect(await agent.getByRole("status").innerText()).toBe("");
    await agent.getByText("Changes", { exact: true }).press("Enter");
    await expect.poll(() => agent.locator("pre").innerText()).toContain("+<b>fast()</b>");
    const health = agent.getByRole("region", { name: "Health 62 of 100" });
    expect(await health.innerText()).toContain("2 of the last 20 calls failed");
    await agent.getByRole("button", { name: "src/cart.py" }).click();
    expect(await posted(panel, "open")).toMatchObject({ place: { file: "src/cart.py", line: 1 } });
    await panel.tell({
      type: "agentWork",
      work: {
        agent_id: "agent",
        events: [agentEvent(4, { kind: "prompt", text: "Next", turn_id: "u" })],
      },
    });
    await expect.poll(() => agent.innerText()).toContain("No tool was called.");
    await summary.press("Enter");
    await expect.poll(async () => (await panel.posted("watch")).length).toBe(2);
    expect(await posted(panel, "watch")).toMatchObject({ isWatched: false });
  });

  it("says that its work may be out of date, and asks again when it is connected", async () => {
    const panel = await show([]);
    const { page } = panel;
    const agent = page.getByRole("article", { name: "robo" });
    await agent.locator("summary").first().click();
    await posted(panel, "watch");
    await panel.tell({ type: "agentWork", work: WORK });
    const state = joined({ user_id: "alice", username: "alice" });
    await panel.tell({ type: "state", state: { ...state, state: "reconnecting" } });
    const status = agent.getByRole("status");
    await expect.poll(() => status.innerText()).toBe("Not connected. This may be out of date.");
    expect(await agent.innerText()).toContain("src/cart.py");
    await panel.tell({ type: "state", state });
    await expect
      .poll(async () => (await panel.posted("watch")).map(({ isWatched }) => isWatched))
      .toEqual([true, false, true]);
    const { request } = await posted(panel, "watch");
    await panel.tell({ type: "answer", request, refusal: "the server is busy" });
    await expect.poll(() => agent.getByRole("alert").innerText()).toBe("The server is busy.");
  });

  it.each(Object.keys(THEMES) as (keyof typeof THEMES)[])(
    "has no fault that axe finds, in %s",
    async (theme) => {
      const panel = await show([QUESTION], [robo()], theme);
      const { page } = panel;
      await page.getByText("3 prompts").click();
      await posted(panel, "watch");
      await panel.tell({ type: "agentWork", work: WORK });
      await page.getByText("Changes", { exact: true }).click();
      await expect.poll(() => page.locator(".agent-diff").innerText()).toContain("fast()");
      await page.evaluate(await readFile(AXE, "utf8"));
      const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    },
  );
});
