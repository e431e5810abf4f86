"""A client of a session for the tools of an agent: waited for, and its errors in a sentence."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import ValidationError

from peerline.agent.mcp.limits import JOIN_SECONDS, MAX_WAIT_SECONDS
from peerline.client import Client, ClientError, LinkState

T = TypeVar("T")


class RoomError(Exception):
    """Something does not work now; the text is for the agent."""


class Attached:
    """A client that has joined, or will."""

    def __init__(self) -> None:
        self._client: Client | None = None
        self._moved = asyncio.Event()
        self._reason: str | None = None

    def on_state(self, _state: LinkState, reason: str | None, _code: object) -> None:
        """For the client."""
        self._reason = reason
        self._wake()

    async def _joined(self, *, may_be_away: bool = False) -> Client:
        """The client, once it has joined; one that knows the session may be away for a moment."""
        client = self._client
        assert client is not None, "a client is attached first"

        def is_there() -> bool:
            known = may_be_away and client.replica.connected is not None
            return known or client.state in {LinkState.JOINED, LinkState.CLOSED}

        await self._until(is_there, JOIN_SECONDS)
        if client.state is LinkState.CLOSED:
            raise RoomError(f"there is no session any more: {self._why()}")
        if not is_there():
            raise RoomError(f"the session cannot be reached yet: {self._why()}; try again later")
        return client

    def _why(self) -> str:
        return (self._reason or "no answer").rstrip(".")

    def _message(self, make: Callable[[], T]) -> T:
        """A message of the agent's arguments.

        Raises:
            RoomError: if they are not allowed.
        """
        try:
            return make()
        except ValueError as error:
            raise RoomError(_problem(error)) from None

    async def _done(self, work: Awaitable[T]) -> T:
        try:
            return await work
        except (ClientError, ValueError) as error:
            raise RoomError(_problem(error)) from None

    async def _until(self, holds: Callable[[], object], seconds: float) -> None:
        """Wait until something holds, at most these seconds."""
        try:
            async with asyncio.timeout(min(seconds, MAX_WAIT_SECONDS)):
                while not holds():
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            return

    def _wake(self) -> None:
        self._moved.set()


def _problem(error: Exception) -> str:
    """The problem in a line; of a value that is refused its field and what it must be."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{field}: {first['msg']}"
