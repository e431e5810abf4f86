"""The session as an agent's resident sees it; `peerline.agent.client_room` has the real one."""

from typing import Any, Protocol, TypeAlias

Json: TypeAlias = dict[str, Any]


class RoomRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The session does not take this; it makes no sense to send it again."""


class RoomUnavailable(Exception):  # noqa: N818 - a state
    """It was not taken now; send the same again."""

    def __init__(self, text: str, seconds: float = 2.0) -> None:
        super().__init__(text)
        self.seconds = seconds


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

    def cursor(self, file: str, line: int) -> None:
        """Show where the agent is."""
        ...

    def user_id_of(self, name: str) -> str | None:
        """The participant of this name."""
        ...

    def summary(self) -> Json:
        """The connection's state and the number of people, to show."""
        ...
