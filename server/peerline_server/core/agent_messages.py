"""Decides on the messages by and about agents that are more than presence. Pure."""

from collections.abc import Callable

from peerline.protocol.agent_accounts import CreateAgent
from peerline.protocol.agents import TellAgentEvent
from peerline.protocol.approvals import ApprovalMessage
from peerline.protocol.prompts import PromptMessage
from peerline_server.core.agent_rules import decide_agent_event, decide_creation
from peerline_server.core.approvals import ApprovalBoard, decide_approval
from peerline_server.core.decisions import Append, Ask, Refused, Sender
from peerline_server.core.members import Members
from peerline_server.core.prompts import PromptBoard, decide_prompt

AgentMessage = CreateAgent | TellAgentEvent | ApprovalMessage | PromptMessage


def decide_for_agents(  # noqa: PLR0913 - the two boards
    message: AgentMessage,
    sender: Sender,
    members: Members,
    approvals: ApprovalBoard,
    prompts: PromptBoard,
    *,
    new_id: Callable[[], str],
) -> Append | Ask | Refused:
    """Decide on one of them; the role allows it."""
    if isinstance(message, PromptMessage):
        return decide_prompt(message, sender, members, prompts, new_id)
    match message:
        case CreateAgent():
            return decide_creation(message, sender)
        case TellAgentEvent():
            return decide_agent_event(message, sender)
        case _:
            return decide_approval(message, sender, members, approvals, new_id)
