"""The session as an agent's resident sees it; `peerline.agent.client_room` has the real one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from peerline.agent.fence import Role
from peerline.agent.inbox import Mention
from peerline.protocol.approvals import ApprovalQuestion, Outcome

Json: TypeAlias = dict[str, Any]


NOBODY: Final = "nobody who may answer is in the session"


class RoomRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The session does not take this; it makes no sense to send it again."""


class RoomUnavailable(Exception):  # noqa: N818 - a state
    """It was not taken now; send the same again."""

    def __init__(self, text: str, seconds: float = 2.0) -> None:
        super().__init__(text)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Answered:
    """The end of a question to people."""

    outcome: Outcome
    sender: str = ""
    """The name of the person who answered."""
    role: Role = "viewer"
    comment: str = ""


class Room(Protocol):
    """Takes what an agent does; each call raises RoomRefused or RoomUnavailable if it cannot.

    An event has its effect once, however often it is sent with the same `request_id`.
    """

    async def update(self, data: Json) -> None:
        """Replace the current state."""
        ...

    async def event(self, data: Json, request_id: str) -> None:
        """Keep an event."""
        ...

    async def file_event(self, data: Json, request_id: str) -> None:
        """Tell that a file has changed."""
        ...

    async def chat(self, text: str) -> None:
        """Write a message."""
        ...

    def can_be_answered(self) -> bool:
        """Whether somebody is here now who may answer a question of the agent."""
        ...

    async def ask_approval(self, question: ApprovalQuestion) -> Answered:
        """Ask people and wait; the question is withdrawn when nobody waits any more."""
        ...

    async def ask_people(self, text: str, accept: Callable[[Mention], bool]) -> Mention:
        """Ask in the chat; the first reply that is accepted."""
        ...

    def cursor(self, file: str, line: int) -> None:
        """Show where the agent is."""
        ...

    def user_id_of(self, name: str) -> str | None:
        """The participant of this name."""
        ...

    def summary(self) -> Json:
        """The connection's state and the number of people, to show."""
        ...
