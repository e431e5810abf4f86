"""The turns of those who join: what is decided on a join holds until it is written."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from peerline_server.auth.tokens import Identity
from peerline_server.runtime.live_session import LiveSession


@asynccontextmanager
async def turn_to_join(live: LiveSession, identity: Identity) -> AsyncGenerator[None]:
    """One join of a user at a time, and one of an owner's agents: at most a number are here."""
    async with live.hold(identity.user_id):
        if identity.agent is None:
            yield
            return
        async with live.hold(identity.agent.owner_id):
            yield
