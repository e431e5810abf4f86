// The open questions of AI agents in a session: shown whole, and answered by the client.
import { type ApprovalActs, Approvals } from "@peerline/ui/components/Approvals";
import type { LateCode } from "../code/lateCode.ts";
import { useCode } from "../code/useCode.ts";
import { approvalsOf, approvalView } from "../shared/approvals.ts";
import { reasonOf } from "../shared/drafts.ts";

interface QuestionsProps {
  code: LateCode;
  /** Of this agent alone. */
  agentId?: string;
}

export function Questions({ code, agentId }: QuestionsProps) {
  useCode(code);
  const { client } = code;
  const acts: ApprovalActs = {
    whole: async ({ id }) => {
      const { approval } = await client.ask({ type: "get_approval", approval_id: id });
      return approvalView(client.replica, approval);
    },
    answer: async ({ id, digest }, answer) => {
      await client.request({
        type: "answer_approval",
        approval_id: id,
        answer,
        ...(digest == null ? {} : { digest }),
      });
    },
    reasonOf,
  };
  const asked = approvalsOf(client.replica).filter(
    ({ user_id: userId }) => agentId === undefined || userId === agentId,
  );
  return <Approvals approvals={asked} acts={acts} />;
}
