// The questions of AI agents as the page shows them, made from the replica. Pure.
import {
  type Approval,
  colorOf,
  type Participant,
  type Replica,
  revealControls,
} from "@peerline/client/session";
import type { EditorApproval } from "@peerline/ui/generated/protocol";
import { oneLine } from "./toPanel.ts";

type Policy = NonNullable<NonNullable<Participant["agent"]>["agent_policy"]>;

/** All open questions, the oldest first. */
export function approvalsOf(replica: Replica): EditorApproval[] {
  return [...replica.agents.approvals.values()].map((approval) => approvalView(replica, approval));
}

/** One question. */
export function approvalView(replica: Replica, approval: Approval): EditorApproval {
  const owner = replica.participants.get(approval.owner_id)?.username ?? approval.owner_id;
  return {
    id: approval.id,
    user_id: approval.user_id,
    username: oneLine(approval.username),
    color: colorOf(approval.user_id),
    owner: oneLine(owner),
    title: oneLine(approval.title, true),
    ...(approval.tool == null ? {} : { tool: oneLine(approval.tool, true) }),
    detail: revealControls(approval.detail ?? "", "\n\t", true),
    is_cut: approval.is_cut === true,
    ...(approval.digest == null ? {} : { digest: approval.digest }),
    files: (approval.files ?? []).map((file) => oneLine(file, true)),
    options: approval.options,
    asked_at: approval.asked_at,
    expires_at: approval.expires_at,
    may_answer: mayAnswer(replica, approval),
  };
}

/** Whether the own user may answer: the owner, and others if the owner lets them. The server decides. */
export function mayAnswer(replica: Replica, { owner_id, user_id }: Approval): boolean {
  const policy = replica.participants.get(user_id)?.agent?.agent_policy ?? "owner";
  return mayDecide(replica, owner_id, policy);
}

/** Whether the own user is among the people that the owner of an agent has named. */
export function mayDecide(replica: Replica, ownerId: string, policy: Policy): boolean {
  const { connected } = replica;
  if (connected === undefined || connected.user.kind === "agent") {
    return false;
  }
  const { role } = connected;
  return (
    connected.user.id === ownerId ||
    (policy === "hosts" && role === "host") ||
    (policy === "editors" && (role === "host" || role === "editor"))
  );
}
