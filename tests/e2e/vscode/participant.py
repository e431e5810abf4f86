"""Somebody in the session without an editor: a client that does one thing and leaves."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from peerline.client import Client, Credentials, LinkState
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import ClientMessage
from tests.e2e.conftest import ServerProcess

SECONDS = 60


def as_host(server: ServerProcess, messages: Callable[[Client], Sequence[ClientMessage]]) -> None:
    """Join as the host of the session, who is alice, send what `messages` gives, and leave."""
    _run(Credentials(auth_token=server.token("host", "alice")), server.invite("viewer"), messages)


def as_guest(
    server: ServerProcess, name: str, messages: Callable[[Client], Sequence[ClientMessage]]
) -> None:
    """Join as an editor of this name, send what `messages` gives, and leave."""
    link = server.invite("editor")
    invite = SessionLink.parse(link).invite
    _run(Credentials(invite=invite, username=name), link, messages)


def _run(
    credentials: Credentials, link: str, messages: Callable[[Client], Sequence[ClientMessage]]
) -> None:
    # The tests run in Playwright's own loop, in which there cannot be another.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _act(credentials, link, messages)).result()


async def _act(
    credentials: Credentials, link: str, messages: Callable[[Client], Sequence[ClientMessage]]
) -> None:
    joined = asyncio.Event()
    client = Client(
        SessionLink.parse(link),
        credentials,
        on_state=lambda state, *_: joined.set() if state is LinkState.JOINED else None,
    )
    client.start()
    try:
        async with asyncio.timeout(SECONDS):
            await joined.wait()
            for message in messages(client):
                await client.request(message)
            await client.leave()
    finally:
        await client.close()
