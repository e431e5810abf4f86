"""A standby that lacks the last commits takes over from a Postgres, under servers with clients."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Final

import pytest

from tests.e2e.relay import Relay
from tests.plans.judge import durable_state, wrong_on_disk
from tests.reliability.clients import StrictClient, Writer, failures, settle, until
from tests.servers.postgres import Postgres

from .agreement import joined
from .conftest import Nodes, StartNodes

_HOST: Final = "127.0.0.1"


class Pair:
    """A Postgres and its asynchronous standby; servers reach the one that serves."""

    def __init__(self, stack: ExitStack) -> None:
        self._way, self._replication = Relay(), Relay()
        for relay in (self._way, self._replication):
            stack.callback(relay.close)
        self._primary = Postgres()
        stack.callback(self._primary.stop)
        self._way.target = self._replication.target = (_HOST, self._primary.port)
        port = int(self._replication.address.rpartition(":")[2])
        self._standby = Postgres(standby_of=port)
        stack.callback(self._standby.stop)
        self._database = self._primary.create().rpartition("/")[2]
        self.url = f"postgresql://peerline@{self._way.address}/{self._database}"

    def wait_for_standby(self) -> None:
        """Until it has what was committed by now."""
        position = self._primary.sql("SELECT pg_current_wal_lsn()", database=self._database)
        arrived = f"SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn"
        deadline = time.monotonic() + 60
        while self._standby.sql(arrived, database=self._database) != "t":
            assert time.monotonic() < deadline, "the standby does not catch up"

    def part(self) -> None:
        """From now on nothing reaches the standby."""
        self._replication.passes.clear()
        self._replication.cut()

    def fail_over(self) -> None:
        """End the one and have the other serve."""
        self._primary.stop()
        self._standby.take_over()
        self._way.target = (_HOST, self._standby.port)
        self._way.cut()


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    with ExitStack() as stack:
        yield await asyncio.to_thread(Pair, stack)


async def written(clients: list[StrictClient]) -> None:
    """Have each client write for a while."""
    writers = [Writer(client) for client in clients]
    wanted = {client: len(client.acks) + 20 for client in clients}
    await until(lambda: all(len(each.acks) > wanted[each] for each in clients), "written")
    for writer in writers:
        await writer.finish()


async def equal_a_snapshot(nodes: Nodes, clients: list[StrictClient]) -> None:
    """All have what somebody is given who joins now, and what is in the database."""
    fresh = nodes.join("fresh", nodes.servers[1])
    await joined(fresh)
    last = len(await nodes.rows())
    everybody = [*clients, fresh]
    await until(lambda: all(each.replica.seq == last for each in everybody), "all have all")
    expected = durable_state(fresh.replica)
    for client in clients:
        state = durable_state(client.replica)
        # The snapshot has the latest messages alone.
        state["messages"] = state["messages"][-len(expected["messages"]) :]
        assert state == expected


async def test_a_standby_without_the_last_commits_gives_everybody_what_it_has(
    start_nodes: StartNodes, pair: Pair
) -> None:
    nodes = await start_nodes(2, url=pair.url)
    clients = [nodes.join("user0", nodes.servers[0])]
    await joined(*clients)
    clients += [nodes.join(f"user{n}", nodes.servers[n % 2]) for n in (1, 2)]
    await joined(*clients)
    await written(clients)
    kept = [dict(client.acks) for client in clients]
    await asyncio.to_thread(pair.wait_for_standby)
    pair.part()
    for client in clients:
        for number in range(10):
            await client.send("chat_message", content=f"lost {number}")
    await settle(clients)
    known = [set(client.acks) for client in clients]
    epoch = clients[0].replica.epoch
    await asyncio.to_thread(pair.fail_over)
    await until(lambda: all(client.snapshots == 2 for client in clients), "a snapshot for all")
    await written(clients)
    assert failures(clients) == []
    rows = await nodes.rows()
    assert wrong_on_disk(rows) == []
    assert not [row for row in rows if row["data"]["type"] == "user_left"]
    places = {row["request"]: row["seq"] for row in rows if row["request"]}
    for client, before, there in zip(clients, kept, known, strict=True):
        assert client.replica.epoch != epoch
        lost = there - set(before)
        assert len(lost) == 10
        assert not lost & set(places), "the standby never had it"
        wrong = {name for name, seq in client.acks.items() if places.get(name) != seq}
        assert wrong == lost, "all else is where it was acknowledged"
    await equal_a_snapshot(nodes, clients)
