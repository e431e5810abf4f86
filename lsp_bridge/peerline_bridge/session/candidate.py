"""A session that is being joined while another one is at hand, which stays until this one is in."""

import asyncio
from dataclasses import dataclass

from peerline.client import LinkState
from peerline.protocol.errors import ErrorCode
from peerline_bridge.session.session_client import SessionClient


@dataclass(eq=False, slots=True)
class Candidate:
    """The attempt, and what it has come to. It is the bridge's only once it is joined."""

    session: SessionClient
    answer: "asyncio.Future[LinkState]"
    """The first state that says how the attempt goes."""
    last: tuple[LinkState, str | None, ErrorCode | None] = (LinkState.CONNECTING, None, None)
    is_waiting: bool = False
    """Whether the command was answered, and a host has still to admit the user."""

    def on_state(self, state: LinkState, reason: str | None, code: ErrorCode | None) -> None:
        """The client has come to this state."""
        self.last = (state, reason, code)
        if not self.answer.done() and state is not LinkState.CONNECTING:
            self.answer.set_result(state)

    async def give_up(self) -> None:
        """End the attempt."""
        if not self.answer.done():
            self.answer.cancel()
        await self.session.client.leave()
