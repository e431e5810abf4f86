"""Postgres and nginx are restarted or out of reach for servers, while people write."""

import asyncio
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.relay import Relay
from tests.reliability.clients import Writer, until
from tests.servers.nginx import Nginx
from tests.servers.postgres import postgres
from tests.servers.redis import redis_server

from .agreement import agree, joined, owner_of
from .conftest import LEASE_SECONDS, Anywhere, StartNodes


class At(Anywhere):
    """One address."""

    def __init__(self, address: str) -> None:
        super().__init__([])
        self._at = address

    @property
    def address(self) -> str:
        return self._at


def ready(address: str) -> int:
    """The status of /readyz, as a balancer asks for it."""
    try:
        with urllib.request.urlopen(f"http://{address}/readyz", timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


async def test_a_postgres_that_is_restarted_costs_nothing_and_moves_no_session(
    start_nodes: StartNodes,
) -> None:
    nodes = await start_nodes(2)
    first = nodes.join("user0", nodes.servers[0])
    await joined(first)
    clients = [first, *(nodes.join(f"user{n}", nodes.servers[n % 2]) for n in range(1, 4))]
    await joined(*clients)
    owner, before = await owner_of(nodes), await nodes.fetch("SELECT epoch, fence FROM sessions")
    writers = [Writer(client) for client in clients]
    await until(lambda: sum(len(client.acks) for client in clients) > 50, "written")
    await asyncio.to_thread(postgres().restart)
    # What was refused meanwhile is sent again, and has one effect.
    for writer in writers:
        await writer.finish()
    wanted = sum(len(client.acks) for client in clients) + 50
    writers = [Writer(client) for client in clients]
    await until(lambda: sum(len(client.acks) for client in clients) > wanted, "written on")
    for writer in writers:
        await writer.finish()
    await agree(nodes, clients)
    assert await owner_of(nodes) is owner
    assert await nodes.fetch("SELECT epoch, fence FROM sessions") == before
    # For nobody it was more than a wait.
    assert [client.snapshots + client.resumes for client in clients] == [1] * len(clients)


async def test_a_server_that_is_cut_off_from_postgres_sends_its_clients_to_one_that_is_not(
    start_nodes: StartNodes,
) -> None:
    relay = Relay()

    def through(url: str) -> str:
        parts = urlsplit(url)
        relay.target = (parts.hostname or "", parts.port or 0)
        return url.replace(f":{parts.port}", f":{relay.address.rpartition(':')[2]}", 1)

    try:
        redis = redis_server().url
        nodes = await start_nodes(2, through, PEERLINE_REDIS_URL=redis)
        clients = [nodes.join("user0", nodes.anywhere())]
        await joined(*clients)
        clients += [nodes.join(f"user{number}", nodes.anywhere()) for number in (1, 2)]
        await joined(*clients)
        assert await owner_of(nodes) is nodes.servers[0]
        writers = [Writer(client) for client in clients]
        await until(lambda: sum(len(client.acks) for client in clients) > 50, "written")
        relay.passes.clear()
        relay.cut()
        await until(lambda: all(client.resumes for client in clients), "all are elsewhere")
        cut_off, well = (server.address for server in nodes.servers)
        assert await asyncio.to_thread(ready, cut_off) == 503
        assert await asyncio.to_thread(ready, well) == 200
        wanted = sum(len(client.acks) for client in clients) + 50
        await until(lambda: sum(len(client.acks) for client in clients) > wanted, "written on")
        for writer in writers:
            await writer.finish()
        await agree(nodes, clients)
        assert await owner_of(nodes) is nodes.servers[1]
        assert [client.snapshots for client in clients] == [1] * len(clients)
        rows = await nodes.rows()
        assert not [row for row in rows if row["data"]["type"] == "user_left"]
    finally:
        relay.close()


async def test_two_servers_that_do_not_reach_each_other_do_not_take_a_session_in_turn(
    start_nodes: StartNodes,
) -> None:
    relay = Relay()
    try:
        nodes = await start_nodes(2, node_address=relay.address)
        owner, other = nodes.servers
        relay.target = ("127.0.0.1", int(owner.address.rpartition(":")[2]))
        at_owner, elsewhere = nodes.join("user0", owner), nodes.join("user1", other)
        await joined(at_owner)
        await joined(elsewhere)
        claim = "SELECT n.address, s.fence FROM sessions s JOIN nodes n ON n.id = s.owner"
        before = await nodes.fetch(claim)
        assert [row["address"] for row in before] == [relay.address]
        writers = [Writer(client) for client in (at_owner, elsewhere)]
        await until(lambda: len(elsewhere.acks) > 20, "written through the other server")

        # Nothing passes: who comes by the other server has to wait, however long it takes.
        relay.passes.clear()
        relay.cut()
        await until(lambda: elsewhere.troubles > 1, "told to try again")
        await asyncio.sleep(2 * LEASE_SECONDS)
        wanted = len(at_owner.acks) + 50
        await until(lambda: len(at_owner.acks) > wanted, "the owner serves on")
        assert (elsewhere.is_joined, at_owner.resumes) == (False, 0)
        assert await nodes.fetch(claim) == before
        relay.passes.set()
        # It has missed so much by then that it may get a snapshot.
        await joined(elsewhere)

        # A wall that refuses is as a server that has ended: the session moves, and once.
        relay.target = ("127.0.0.1", 1)
        relay.cut()
        await until(lambda: at_owner.resumes, "sent to the new owner")
        await joined(at_owner, elsewhere)
        moved = await nodes.fetch(claim)
        assert [tuple(row) for row in moved] == [(other.address, before[0]["fence"] + 1)]
        wanted = len(at_owner.acks) + 50
        await until(lambda: len(at_owner.acks) > wanted, "written on through the first server")
        await asyncio.sleep(2 * LEASE_SECONDS)
        assert await nodes.fetch(claim) == moved
        for writer in writers:
            await writer.finish()
        await agree(nodes, [at_owner, elsewhere])
        assert at_owner.snapshots == 1
        left = [row["user"] for row in await nodes.rows() if row["data"]["type"] == "user_left"]
        assert "user0" not in left
    finally:
        relay.close()


async def test_an_nginx_that_is_restarted_loses_nobody(
    start_nodes: StartNodes, tmp_path: Path
) -> None:
    nodes = await start_nodes(2)
    nginx = Nginx(tmp_path / "nginx", [server.address for server in nodes.servers])
    await asyncio.to_thread(nginx.start)
    try:
        clients = [nodes.join(f"user{number}", At(nginx.address)) for number in range(4)]
        await joined(*clients)
        writers = [Writer(client) for client in clients]
        for _ in range(2):
            wanted = sum(len(client.acks) for client in clients) + 50
            await until(lambda w=wanted: sum(len(c.acks) for c in clients) > w, "written")
            await asyncio.to_thread(nginx.stop)
            await asyncio.to_thread(nginx.start)
        await until(lambda: all(client.resumes >= 2 for client in clients), "all have resumed")
        for writer in writers:
            await writer.finish()
        await agree(nodes, clients)
        assert [client.snapshots for client in clients] == [1] * len(clients)
        rows = await nodes.rows()
        assert not [row for row in rows if row["data"]["type"] == "user_left"]
    finally:
        await asyncio.to_thread(nginx.stop)


async def test_an_nginx_that_is_reloaded_disconnects_nobody(
    start_nodes: StartNodes, tmp_path: Path
) -> None:
    nodes = await start_nodes(2)
    addresses = [server.address for server in nodes.servers]
    nginx = Nginx(tmp_path / "nginx", addresses[:1])
    await asyncio.to_thread(nginx.start)
    try:
        clients = [nodes.join(f"user{number}", At(nginx.address)) for number in range(2)]
        await joined(*clients)
        writers = [Writer(client) for client in clients]
        before = set(nginx.processes())
        nginx.use(addresses[1:])
        await until(lambda: set(nginx.processes()) - before, "it has new workers")
        # A client that comes now is served by them, at the server that passes its socket on.
        late = nodes.join("late", At(nginx.address))
        await joined(late)
        wanted = sum(len(client.acks) for client in clients) + 50
        await until(lambda: sum(len(client.acks) for client in clients) > wanted, "written on")
        for writer in writers:
            await writer.finish()
        await agree(nodes, [*clients, late])
        assert [client.snapshots + client.resumes for client in clients] == [1, 1]
        assert await owner_of(nodes) is nodes.servers[0]
    finally:
        await asyncio.to_thread(nginx.stop)
