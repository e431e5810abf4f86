// The requests of the chat panel as commands of the bridge.
import type { EditorApproval } from "@peerline/ui/generated/protocol";
import type { FromPanel, PanelAnswer } from "@peerline/ui/messages";
import type { Session } from "../session/session";

export type PanelRequest = Extract<FromPanel, { request: string }>;

/** Carry out a request; the answer to it, also if it was refused. */
export async function answerTo(
  session: Pick<Session, "command">,
  message: PanelRequest,
): Promise<PanelAnswer> {
  const answer = { type: "answer", request: message.request } as const;
  try {
    const found = await carryOut(session, message);
    // Only an agent's question brings something that the page has not got yet.
    return message.type === "question" ? { ...answer, approval: found as EditorApproval } : answer;
  } catch (error) {
    return { ...answer, refusal: messageOf(error) };
  }
}

/** The words for a request that failed. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function carryOut(session: Pick<Session, "command">, message: PanelRequest): Promise<unknown> {
  switch (message.type) {
    case "resend":
      return session.command("peerline.resendPending", { id: message.messageId });
    case "discard":
      return session.command("peerline.discardPending", { id: message.messageId });
    case "edit":
      return session.command("peerline.editMessage", {
        message_id: message.messageId,
        content: message.content,
      });
    case "delete":
      return session.command("peerline.deleteMessage", { message_id: message.messageId });
    case "react":
      return session.command("peerline.react", {
        message_id: message.messageId,
        emoji: message.emoji,
        remove: message.remove,
      });
    case "question":
      return session.command("peerline.getApproval", { approval_id: message.approvalId });
    case "decide":
      return session.command("peerline.answerApproval", {
        approval_id: message.approvalId,
        answer: message.answer,
        ...(message.digest === undefined ? {} : { digest: message.digest }),
      });
    case "prompt":
      return session.command("peerline.promptAgent", {
        agent_id: message.agentId,
        text: message.text,
      });
    case "stop":
      return session.command("peerline.stopAgent", {
        agent_id: message.agentId,
        ...(message.promptId === undefined ? {} : { prompt_id: message.promptId }),
      });
    case "cancel":
      return session.command("peerline.cancelPrompt", { prompt_id: message.promptId });
    case "watch":
      return session.command(message.isWatched ? "peerline.watchAgent" : "peerline.unwatchAgent", {
        agent_id: message.agentId,
      });
    default:
      return message satisfies never;
  }
}
