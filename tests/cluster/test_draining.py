"""A node that stops hands its sessions over, behind nginx; nobody is shown as having left."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from peerline.client import Credentials
from peerline.client.identity import LinkState
from peerline.protocol.chat import ChatMessageSent
from peerline.protocol.events import DurableMessage
from peerline.protocol.links import SessionLink
from peerline.protocol.participants import UserLeft
from peerline_server.app import Server
from tests.databases import STORES
from tests.servers.nginx import Nginx

from .in_process import NodesHere
from .writing import Writer

PATIENCE = 60.0
"""A limit, not a wait."""


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - simpler than an event each
            await asyncio.sleep(0.01)


OpenFront = Callable[..., Awaitable[Nginx]]
OpenWriter = Callable[[str, str, str], Awaitable[Writer]]


@pytest.fixture
async def write_to(here: NodesHere) -> AsyncIterator[OpenWriter]:
    async with AsyncExitStack() as stack:

        async def start(address: str, session: str, user: str) -> Writer:
            credentials = Credentials(auth_token=here.token(user), invite=here.invites[session])
            writer = Writer(SessionLink(address, session, None), credentials)
            stack.push_async_callback(writer.client.close)
            writer.client.start()
            await until(lambda: writer.joined)
            return writer

        yield start


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[OpenFront]:
    """Starts an nginx before here."""
    async with AsyncExitStack() as stack:

        async def start(*servers: Server) -> Nginx:
            nginx = Nginx(tmp_path / "nginx", [server.address for server in servers])
            stack.push_async_callback(asyncio.to_thread, nginx.stop)
            await asyncio.to_thread(nginx.start)
            return nginx

        yield start


async def test_a_node_that_stops_hands_its_sessions_over_and_nobody_has_left(
    here: NodesHere, front: OpenFront, write_to: OpenWriter
) -> None:
    one, two = await here.start(drain_seconds=1.0), await here.start(drain_seconds=1.0)
    address = (await front(one, two)).address
    sessions = [await here.create_session(f"session-{number}") for number in range(6)]
    writers = [
        await write_to(address, session, f"{session}-{user}")
        for session in sessions
        for user in ("ann", "ben")
    ]
    writing = [asyncio.create_task(writer.write(60)) for writer in writers]
    await until(lambda: all(writer.acknowledged for writer in writers))
    assert one._hub is not None  # pyright: ignore[reportPrivateUsage]
    assert one._context is not None  # pyright: ignore[reportPrivateUsage]
    owned = one._hub.loaded()  # pyright: ignore[reportPrivateUsage]
    metrics = one._context.metrics  # pyright: ignore[reportPrivateUsage]
    await here.stop(one)
    await asyncio.gather(*writing)
    assert f"peerline_handover_seconds_count {len(owned):.1f}" in metrics.text()
    moved = [writer for writer in writers if writer.joined > 1]
    assert 0 < len(moved) < len(writers), "the nodes shared the sessions"
    for writer in writers:
        assert writer.shown() == []
        assert len(writer.acknowledged) == 60
    for session in sessions:
        events = await events_of(here, session)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        said = [event.message.content for event in events if isinstance(event, ChatMessageSent)]
        assert len(said) == 120
        assert len(set(said)) == 60
        assert not await left(here, session)


async def events_of(here: NodesHere, session: str) -> list[DurableMessage]:
    store = STORES["postgres"].make(here.folder)
    await store.open()
    try:
        return list(await store.events_since(session, 0, limit=1_000))
    finally:
        await store.close()


async def left(here: NodesHere, session: str) -> list[DurableMessage]:
    """The events by which others were told that somebody left."""
    return [event for event in await events_of(here, session) if isinstance(event, UserLeft)]


def status(address: str, path: str) -> int:
    connection = HTTPConnection(address, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse().status
    connection.close()
    return answer


async def test_a_node_that_drains_takes_nobody_and_listens_until_it_is_done(
    here: NodesHere, write_to: OpenWriter
) -> None:
    one = await here.start(drain_seconds=2.0)
    sessions = [await here.create_session(f"session-{number}") for number in range(2)]
    for session in sessions:
        await write_to(one.address, session, "ann")
    assert await asyncio.to_thread(status, one.address, "/readyz") == 200
    address, stopping = one.address, asyncio.create_task(here.stop(one))
    seen: set[int] = set()
    while 503 not in seen:
        seen.add(await asyncio.to_thread(status, address, "/readyz"))
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://{address}/ws", proxy=None)
    assert refused.value.response.status_code == 503
    assert refused.value.response.headers["X-Peerline-State"] == "draining"
    assert not stopping.done(), "the last session has not been let go of"
    await stopping
    with pytest.raises(OSError, match=r".+"):
        await connect(f"ws://{address}/ws", proxy=None)


async def test_a_socket_that_a_node_has_passed_on_comes_back_when_it_stops(
    here: NodesHere, front: OpenFront, write_to: OpenWriter
) -> None:
    one, two = await here.start(), await here.start()
    session = await here.create_session("session-0")
    owner = await write_to(one.address, session, "ann")
    nginx = await front(two)
    passed = await write_to(nginx.address, session, "ben")
    writing = asyncio.create_task(passed.write(60))
    await until(lambda: len(passed.acknowledged) > 5)
    nginx.use([one.address])
    await here.stop(two)
    await writing
    assert passed.joined == 2
    assert len(passed.acknowledged) == 60
    assert [state for state, _ in owner.states].count(LinkState.JOINED) == 1
    assert owner.client.replica.participants.keys() >= {"ann", "ben"}
    assert not await left(here, session)
