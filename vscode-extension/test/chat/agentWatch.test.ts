import { describe, expect, it, vi } from "vitest";
import { AgentWatch } from "../../src/chat/agentWatch";

describe("the agents that a page looks at", () => {
  it("are let go with the page, each once, also when there is no bridge", async () => {
    const command = vi.fn(async () => {
      throw new Error("no bridge");
    });
    const watch = new AgentWatch({ command });
    for (const [agentId, isWatched] of [
      ["a", true],
      ["b", true],
      ["a", false],
    ] as const) {
      watch.note({ type: "watch", request: "r", agentId, isWatched });
    }
    watch.note({ type: "stop", request: "r", agentId: "c" });
    watch.stop();
    watch.stop();
    expect(command.mock.calls).toEqual([["peerline.unwatchAgent", { agent_id: "b" }]]);
  });
});
