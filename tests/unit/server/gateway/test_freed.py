"""A real server keeps of sockets that are gone nothing, without the cycle collector."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from peerline.protocol.roles import Role
from peerline_server.gateway.connection import Connection
from peerline_server.transport.websocket import WebSocketTransport
from tests.collector import collector_off
from tests.unit.server.agents import agent_of, ask
from tests.unit.server.conftest import SESSION, Door
from tests.unit.server.document_client import DocumentClient

pytestmark = pytest.mark.long

_numbers = count()
Way = Callable[[Door], Awaitable[None]]


def living() -> int:
    """The peers and transports that came since the collector is off, and were not freed."""
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


async def waited_for_a_host(door: Door) -> None:
    host = await door.join("host")
    await ask(host, "update_session", f"r{next(_numbers)}", changes={"join_approval": True})
    invite = await door.invite(Role.EDITOR)
    client = await door.connect()
    token = door.token(f"user{next(_numbers)}")
    await client.send(
        type="join_session", session_id=SESSION, auth_token=token, invite=invite, request_id="j"
    )
    await client.receive_type("join_pending")
    client.socket.transport.abort()
    await host.socket.close()


async def wrote_in_a_document(door: Door) -> None:
    host = DocumentClient(await door.join("host"))
    text = await host.open(await host.shared(f"{next(_numbers)}.py", "x\n"))
    await text.edit("y")
    await text.until_kept()
    host.socket.transport.abort()


async def spoke_y_protocols(door: Door) -> None:
    host = DocumentClient(await door.join("host"))
    document_id = await host.shared(f"{next(_numbers)}.py", "x\n")
    path = f"/ws/doc/{SESSION}/{document_id}?token={door.token('host')}"
    socket = (await door.connect(path)).socket
    await socket.recv()
    socket.transport.abort()
    await host.socket.close()


async def was_an_agent(door: Door) -> None:
    host = await door.join("host")
    agent = await agent_of(door, host, f"r{next(_numbers)}", name=f"agent{next(_numbers)}")
    await agent.send(type="agent_update", session_id=SESSION, data={"state": "idle"})
    agent.socket.transport.abort()
    await host.socket.close()


WAYS: list[Way] = [
    *(only_opened, aborted, joined_and_closed, joined_and_aborted, refused, talked_nonsense, left),
    *(waited_for_a_host, wrote_in_a_document, spoke_y_protocols, was_an_agent),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_no_peer_is_left_with_the_collector_off(door: Door, way: Way) -> None:
    await way(door)
    with collector_off():
        for _ in range(3):
            await way(door)
        async with asyncio.timeout(30):
            while living():  # noqa: ASYNC110 - reference counts cannot be waited for
                await asyncio.sleep(0.01)
