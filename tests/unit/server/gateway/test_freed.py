"""A real server keeps of sockets that are gone nothing, without the cycle collector."""

import asyncio
import gc
from collections.abc import Awaitable, Callable

import pytest

from peerline.protocol.roles import Role
from peerline_server.gateway.connection import Connection
from peerline_server.transport.websocket import WebSocketTransport
from tests.unit.server.conftest import SESSION, Door

Way = Callable[[Door], Awaitable[None]]


def living() -> int:
    """The peers and transports that are there, freed or not."""
    return sum(isinstance(found, Connection | WebSocketTransport) for found in gc.get_objects())


async def only_opened(door: Door) -> None:
    client = await door.connect("/ws")
    await client.socket.close()


async def aborted(door: Door) -> None:
    client = await door.connect("/ws")
    client.socket.transport.abort()


async def joined_and_closed(door: Door) -> None:
    client = await door.join("bob", Role.EDITOR)
    await client.send(type="chat_message", session_id=SESSION, content="hi")
    await client.socket.close()


async def joined_and_aborted(door: Door) -> None:
    client = await door.join("bob", Role.EDITOR)
    client.socket.transport.abort()


async def refused(door: Door) -> None:
    client = await door.connect("/ws")
    await client.send(type="join_session", session_id=SESSION, auth_token="nonsense")
    await client.receive()
    await client.socket.wait_closed()


async def talked_nonsense(door: Door) -> None:
    client = await door.connect("/ws")
    await client.socket.send("{")
    await client.receive()
    await client.socket.close()


async def left(door: Door) -> None:
    client = await door.join("bob", Role.EDITOR)
    await client.send(type="leave_session", session_id=SESSION)
    await client.socket.wait_closed()


WAYS: list[Way] = [
    *(only_opened, aborted, joined_and_closed, joined_and_aborted, refused, talked_nonsense, left),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_no_peer_is_left_with_the_collector_off(door: Door, way: Way) -> None:
    await way(door)
    gc.collect()
    before = living()
    gc.disable()
    try:
        for _ in range(3):
            await way(door)
        async with asyncio.timeout(30):
            while living() > before:  # noqa: ASYNC110 - reference counts cannot be waited for
                await asyncio.sleep(0.01)
    finally:
        gc.enable()
