"""The agents of a session as a client sees them: their open questions, and what they did. Pure."""

from dataclasses import dataclass, field
from typing import Final

from peerline.client.changes import AgentDid, ApprovalClosed, ApprovalOpened, PromptsMoved
from peerline.protocol.agents import AgentEvent
from peerline.protocol.approvals import Approval, ApprovalAnswered, ApprovalAsked
from peerline.protocol.events import EventOfAgent
from peerline.protocol.prompts import AgentPrompted, Prompt, PromptChanged, changed_prompts
from peerline.protocol.session import Connected

MAX_EVENTS: Final = 200
"""The events that are remembered."""


@dataclass(slots=True)
class AgentsSeen:
    """A part of the replica."""

    approvals: dict[str, Approval] = field(default_factory=dict[str, Approval])
    """The open questions by their id, oldest first."""
    prompts: dict[str, Prompt] = field(default_factory=dict[str, Prompt])
    """Those that are not over by their id, oldest first: the queue of each agent."""
    events: list[AgentEvent] = field(default_factory=list[AgentEvent])
    """Those that came since the last snapshot, oldest first; `get_activity` has the others."""

    def reset(self, message: Connected) -> None:
        """Take over a snapshot."""
        self.approvals = {approval.id: approval for approval in message.approvals}
        self.prompts = {prompt.id: prompt for prompt in message.prompts}
        self.events = []

    def apply(
        self, event: EventOfAgent
    ) -> AgentDid | ApprovalOpened | ApprovalClosed | PromptsMoved:
        """Take over an event; what changed by it."""
        match event:
            case AgentEvent():
                self.events = [*self.events, event][-MAX_EVENTS:]
                return AgentDid(event)
            case ApprovalAsked():
                self.approvals[event.approval.id] = event.approval
                return ApprovalOpened(event)
            case AgentPrompted():
                self.prompts = changed_prompts(self.prompts, event)
                return PromptsMoved(event.prompt, event)
            case PromptChanged():
                before = self.prompts.get(event.prompt_id)
                self.prompts = changed_prompts(self.prompts, event)
                return PromptsMoved(before, event)
            case ApprovalAnswered():
                return ApprovalClosed(self.approvals.pop(event.approval_id, None), event)
