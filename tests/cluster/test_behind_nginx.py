"""Nodes behind nginx, as `deploy/nginx` has it: one is killed under load and comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.reliability.clients import Writer, failures, until
from tests.servers.nginx import Nginx

from .conftest import Anywhere, Nodes, StartNodes


class Behind(Anywhere):
    """The address of an nginx."""

    def __init__(self, nginx: Nginx) -> None:
        super().__init__([])
        self._nginx = nginx

    @property
    def address(self) -> str:
        return self._nginx.address


OpenFront = Callable[[Nodes], Awaitable[Behind]]


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[OpenFront]:
    """Starts an nginx before nodes."""
    async with AsyncExitStack() as stack:

        async def start(nodes: Nodes) -> Behind:
            nginx = Nginx(tmp_path / "nginx", [server.address for server in nodes.servers])
            stack.push_async_callback(asyncio.to_thread, nginx.stop)
            await asyncio.to_thread(nginx.start)
            return Behind(nginx)

        yield start


async def test_a_node_that_is_killed_behind_nginx_costs_nothing_and_comes_back(
    start_nodes: StartNodes, front: OpenFront
) -> None:
    nodes = await start_nodes(2)
    door = await front(nodes)
    clients = [nodes.join(f"user{number}", door) for number in range(4)]
    await until(lambda: all(client.is_joined for client in clients), "everybody is there")
    owner = await nodes.owner()
    assert owner is not None
    other = next(server for server in nodes.servers if server is not owner)
    writers = [Writer(client) for client in clients]

    async def write_on(count: int) -> None:
        wanted = sum(len(client.acks) for client in clients) + count
        await until(lambda: sum(len(client.acks) for client in clients) > wanted, "written on")

    await write_on(100)
    owner.kill()
    await write_on(100)
    assert await nodes.owner() is other
    await nodes.start_one(owner)
    # nginx sends new clients of the session to the node that is back, which passes them on.
    late = nodes.join("late", door)
    await until(lambda: late.is_joined, "somebody joins at the node that is back")
    for writer in writers:
        await writer.finish()
    assert failures([*clients, late]) == []
    rows = await nodes.rows()
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    places = {row["request"]: row["seq"] for row in rows if row["request"]}
    for client in clients:
        assert all(places[name] == seq for name, seq in client.acks.items())
    assert not [row for row in rows if row["data"]["type"] == "user_left"]
    assert await nodes.owner() is other
