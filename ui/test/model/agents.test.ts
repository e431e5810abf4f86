import { describe, expect, it } from "vitest";
import type { EditorAgent } from "../../generated/protocol";
import {
  agentText,
  doingText,
  ownerText,
  planText,
  promptCount,
  runningPrompt,
  usageText,
} from "../../model/agents";

const AGENT: EditorAgent = { owner: "alice", product: "claude-code" };

describe("an agent in words", () => {
  it("says whose it is", () => {
    expect(ownerText(AGENT)).toBe("agent of alice");
    expect(ownerText({ ...AGENT, owner: "" })).toBe("agent");
  });

  it("says what it does, with control characters written out", () => {
    expect(doingText(AGENT)).toBe("");
    expect(doingText({ ...AGENT, state: "waiting_approval" })).toBe("waits for approval");
    const doing = "Editing a\u202eb.py";
    expect(doingText({ ...AGENT, state: "working", doing })).toBe("working: Editing a<U+202E>b.py");
  });

  it("leaves out what is not known, and never makes a zero of it", () => {
    expect(usageText(AGENT)).toBe("");
    expect(usageText({ ...AGENT, context_percent: 0, cost: 0, currency: "USD" })).toBe(
      "0 % of context · 0.00 USD",
    );
    expect(usageText({ ...AGENT, cost: 1.5, health: 91.6 })).toBe("1.50 · health 92");
    expect(agentText({ ...AGENT, state: "idle", context_percent: 7 })).toBe(
      "agent of alice · idle · 7 % of context",
    );
  });

  it("says why its health is not whole", () => {
    const health_reasons = ["context 83% full", "1 of the last 20 calls failed\u202e"];
    expect(usageText({ ...AGENT, health: 72, health_reasons })).toBe(
      "health 72 (context 83% full, 1 of the last 20 calls failed<U+202E>)",
    );
  });

  it("counts prompts", () => {
    expect([promptCount(1), promptCount(2)]).toEqual(["1 prompt", "2 prompts"]);
  });

  it("knows the prompt whose turn it is", () => {
    const prompt = { user_id: "bob", username: "bob", text: "go" };
    const waiting = { ...prompt, id: "p1", state: "waiting" as const };
    expect(runningPrompt(undefined)).toBeUndefined();
    expect(runningPrompt({ prompts: [waiting] })).toBeUndefined();
    expect(runningPrompt({ prompts: [{ ...waiting, id: "p0", state: "running" }, waiting] })).toBe(
      "p0",
    );
  });

  it("marks the steps of a plan", () => {
    expect(planText({ text: "Speed up", status: "completed" })).toBe("☑ Speed up");
  });
});
