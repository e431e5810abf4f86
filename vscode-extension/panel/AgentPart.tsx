// The agents of the session in the panel: what they ask, what they do, and the prompts for them.
import { Agents } from "@peerline/ui/components/Agents";
import { type ApprovalActs, Approvals } from "@peerline/ui/components/Approvals";
import type { AgentActs } from "@peerline/ui/components/PromptQueue";
import type { Controller } from "@peerline/ui/controller";
import type { PanelAnswer } from "@peerline/ui/messages";
import { useMemo } from "preact/hooks";

/** The agents as the controller's host shows them. */
export function AgentPart({ controller }: { controller: Controller }) {
  const acts = useMemo(() => actsOf(controller), [controller]);
  const { approvals = [], participants } = controller.state;
  return (
    <div class="agent-part">
      <Approvals approvals={approvals} acts={acts} />
      <Agents participants={participants} acts={acts} />
    </div>
  );
}

function actsOf(controller: Controller): ApprovalActs & AgentActs {
  const ask = async (message: Parameters<Controller["ask"]>[0]): Promise<PanelAnswer> => {
    const answer = await controller.ask(message);
    if (answer.refusal !== undefined) {
      throw new Error(answer.refusal);
    }
    return answer;
  };
  return {
    whole: async (asked) => {
      const { approval } = await ask({ type: "question", approvalId: asked.id });
      return approval ?? asked;
    },
    answer: async ({ id, digest }, answer) => {
      await ask({
        type: "decide",
        approvalId: id,
        answer,
        ...(digest == null ? {} : { digest }),
      });
    },
    prompt: async (agentId, text) => {
      await ask({ type: "prompt", agentId, text });
    },
    stop: async (agentId, promptId) => {
      await ask({ type: "stop", agentId, ...(promptId === undefined ? {} : { promptId }) });
    },
    cancel: async (promptId) => {
      await ask({ type: "cancel", promptId });
    },
    reasonOf: (error) => (error as Error).message,
    draft: (agentId) => controller.prompt(agentId),
    keepDraft: (agentId, text) => controller.keepPrompt(agentId, text),
  };
}
