import { CommandRefused } from "@peerline/ui/refusal";
import { describe, expect, it, vi } from "vitest";
import { answerTo, type PanelRequest } from "../../src/chat/panelRequests";

const request = "r1";
const DIGEST = `sha256:${"0".repeat(64)}`;

const CASES: [PanelRequest, string, object][] = [
  [{ type: "resend", request, messageId: "m" }, "peerline.resendPending", { id: "m" }],
  [{ type: "discard", request, messageId: "m" }, "peerline.discardPending", { id: "m" }],
  [
    { type: "edit", request, messageId: "m", content: "x" },
    "peerline.editMessage",
    { message_id: "m", content: "x" },
  ],
  [{ type: "delete", request, messageId: "m" }, "peerline.deleteMessage", { message_id: "m" }],
  [
    { type: "react", request, messageId: "m", emoji: "👍", remove: true },
    "peerline.react",
    { message_id: "m", emoji: "👍", remove: true },
  ],
  [
    { type: "decide", request, approvalId: "a", answer: "deny" },
    "peerline.answerApproval",
    { approval_id: "a", answer: "deny" },
  ],
  [
    { type: "decide", request, approvalId: "a", answer: "allow_once", digest: DIGEST },
    "peerline.answerApproval",
    { approval_id: "a", answer: "allow_once", digest: DIGEST },
  ],
  [
    { type: "prompt", request, agentId: "robo", text: "go" },
    "peerline.promptAgent",
    { agent_id: "robo", text: "go" },
  ],
  [{ type: "stop", request, agentId: "robo" }, "peerline.stopAgent", { agent_id: "robo" }],
  [
    { type: "stop", request, agentId: "robo", promptId: "p1" },
    "peerline.stopAgent",
    { agent_id: "robo", prompt_id: "p1" },
  ],
  [
    { type: "watch", request, agentId: "robo", isWatched: true },
    "peerline.watchAgent",
    { agent_id: "robo" },
  ],
  [
    { type: "watch", request, agentId: "robo", isWatched: false },
    "peerline.unwatchAgent",
    { agent_id: "robo" },
  ],
  [{ type: "cancel", request, promptId: "p" }, "peerline.cancelPrompt", { prompt_id: "p" }],
];

describe("answerTo", () => {
  it.each(CASES)("carries out $type", async (message, name, args) => {
    const command = vi.fn(async () => ({ seq: 1 }));
    expect(await answerTo({ command }, message)).toEqual({ type: "answer", request });
    expect(command.mock.calls).toEqual([[name, args]]);
  });

  it("brings all of a question", async () => {
    const approval = { id: "a", detail: "all" };
    const command = vi.fn(async () => approval);
    const asked: PanelRequest = { type: "question", request, approvalId: "a" };
    expect(await answerTo({ command }, asked)).toEqual({ type: "answer", request, approval });
    expect(command.mock.calls).toEqual([["peerline.getApproval", { approval_id: "a" }]]);
  });

  it("says why it was refused", async () => {
    const command = async () => {
      throw new CommandRefused("AGENT_BUSY", "Robo has as many prompts as may wait.");
    };
    const refused = await answerTo({ command }, { type: "stop", request, agentId: "robo" });
    expect(refused).toEqual({
      type: "answer",
      request,
      refusal: "Robo has as many prompts as may wait.",
    });
  });
});
