"""The agents of a session as a client sees them: their open questions, and what they did. Pure."""

from dataclasses import dataclass, field
from typing import Final

from peerline.client.changes import AgentDid, ApprovalClosed, ApprovalOpened
from peerline.protocol.agents import AgentEvent
from peerline.protocol.approvals import Approval, ApprovalAnswered, ApprovalAsked
from peerline.protocol.session import Connected

MAX_EVENTS: Final = 200
"""The events that are remembered."""


@dataclass(slots=True)
class AgentsSeen:
    """A part of the replica."""

    approvals: dict[str, Approval] = field(default_factory=dict[str, Approval])
    """The open questions by their id, oldest first."""
    events: list[AgentEvent] = field(default_factory=list[AgentEvent])
    """Those that came since the last snapshot, oldest first; `get_activity` has the others."""

    def reset(self, message: Connected) -> None:
        """Take over a snapshot."""
        self.approvals = {approval.id: approval for approval in message.approvals}
        self.events = []

    def apply(
        self, event: AgentEvent | ApprovalAsked | ApprovalAnswered
    ) -> AgentDid | ApprovalOpened | ApprovalClosed:
        """Take over an event; what changed by it."""
        match event:
            case AgentEvent():
                self.events = [*self.events, event][-MAX_EVENTS:]
                return AgentDid(event)
            case ApprovalAsked():
                self.approvals[event.approval.id] = event.approval
                return ApprovalOpened(event)
            case ApprovalAnswered():
                return ApprovalClosed(self.approvals.pop(event.approval_id, None), event)
