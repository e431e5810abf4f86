"""Clients of Peerline that write, and remember all that their users would be shown."""

import asyncio
import time

from peerline.client import Client, Credentials
from peerline.client.identity import LinkState
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink


class Writer:
    """A client that has yet to be started."""

    def __init__(self, link: SessionLink, credentials: Credentials) -> None:
        self.session = link.session_id
        self.client = Client(link, credentials, on_state=self._on_state)
        self.states: list[tuple[LinkState, ErrorCode | None]] = []
        self.joined = 0
        self.away: list[float] = []
        """How long it was away each time, in seconds."""
        self.acknowledged: set[str] = set()
        self._left_at = 0.0

    async def write(self, count: int) -> None:
        """Write messages, each when the one before is acknowledged."""
        for _ in range(count):
            content = f"{self.session} {len(self.acknowledged)}"
            await self.client.request(SendChatMessage(session_id=self.session, content=content))
            self.acknowledged.add(content)

    async def write_until(self, is_over: asyncio.Event) -> None:
        """Write as long as somebody wants it."""
        while not is_over.is_set():
            await self.write(1)

    def shown(self) -> list[tuple[LinkState, ErrorCode | None]]:
        """The states that are an error or an end to its user."""
        return [
            (state, code)
            for state, code in self.states
            if state is LinkState.CLOSED or code is not None
        ]

    def _on_state(self, state: LinkState, _reason: str | None, code: ErrorCode | None) -> None:
        is_back = state is LinkState.JOINED
        if is_back and self.joined:
            self.away.append(time.monotonic() - self._left_at)
        elif self.states and self.states[-1][0] is LinkState.JOINED:
            self._left_at = time.monotonic()
        self.states.append((state, code))
        self.joined += is_back
