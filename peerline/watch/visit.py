"""A short stay in a session, as a command makes it: join, do one thing, leave."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from peerline.client import Client, LinkState
from peerline.client.callbacks import ignore
from peerline.client.connection import OnChanges
from peerline.protocol.errors import ErrorCode
from peerline.watch.connecting import MakeClient, why_not

JOIN_SECONDS: Final = 20.0
"""A command waits no longer for the session."""


class VisitError(Exception):
    """The session cannot be joined; the text is for the user."""


@asynccontextmanager
async def visit(
    make_client: MakeClient,
    *,
    on_changes: OnChanges = ignore,
    join_seconds: float = JOIN_SECONDS,
) -> AsyncGenerator[Client]:
    """A client that has joined, and leaves at the end.

    Raises:
        VisitError: if the session cannot be joined, or not in time.
    """
    joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_state(state: LinkState, reason: str | None, error: ErrorCode | None) -> None:
        if joined.done():
            return
        if state is LinkState.JOINED:
            joined.set_result(None)
        elif state is LinkState.CLOSED:
            joined.set_exception(VisitError(why_not(reason, error)))
        elif state is LinkState.WAITING:
            joined.set_exception(VisitError("a host has to admit you to the session first"))

    client = make_client(on_changes, on_state)
    client.start()
    try:
        try:
            async with asyncio.timeout(join_seconds):
                await joined
        except TimeoutError:
            raise VisitError("the session did not answer in time") from None
        yield client
    finally:
        await client.leave()
