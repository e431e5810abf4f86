"""Promises of every cluster: one owner of a session at a time, whose fence the store takes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest

from peerline.protocol.roles import Role
from peerline_server.bus.redis import RedisBell
from peerline_server.cluster.alone import Alone
from peerline_server.cluster.base import Cluster
from peerline_server.cluster.places import Elsewhere, Found, Mine, Unreachable
from peerline_server.cluster.postgres import PostgresCluster
from peerline_server.core.records import Committed, Fenced, NewSession
from peerline_server.node_metrics import Durations, NodeMetrics
from peerline_server.redis_link import RedisLink
from peerline_server.store.base import StoreError
from peerline_server.store.postgres import PostgresStore
from peerline_server.store.postgres_connection import PostgresUrl
from tests.contract.stores import NOW, S, chat, join
from tests.databases import STORES
from tests.servers.postgres import Postgres, postgres
from tests.servers.redis import redis_server

SECRET = b"x" * 32
LEASE = 0.6
LONG = 600.0


class Node:
    """One node with all that it was told."""

    def __init__(self, cluster: Cluster, address: str, metrics: NodeMetrics | None = None) -> None:
        self.cluster = cluster
        self.metrics = metrics or NodeMetrics()
        self.address = address
        self.lost: list[str] = []
        self.loaded: list[str] = []
        self.rings = 0

    async def start(self) -> None:
        await self.cluster.open(SECRET, "id")
        await self.cluster.start(self.address, self.lost.append, self._rung, lambda: self.loaded)

    def _rung(self) -> None:
        self.rings += 1

    @property
    def postgres(self) -> PostgresCluster:
        assert isinstance(self.cluster, PostgresCluster)
        return self.cluster


OpenNode = Callable[..., Awaitable[Node]]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return STORES["postgres"].locate(tmp_path)


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresStore]:
    """A store with a session that nobody owns yet."""
    store = PostgresStore(url)
    await store.open()
    await store.create_session(NewSession(S, "Title", "alice", NOW))
    yield store
    await store.close()


@pytest.fixture
async def node(url: str, store: PostgresStore) -> AsyncIterator[OpenNode]:  # noqa: ARG001 - the tables
    """Starts nodes on one database; each is ended with the test."""
    async with AsyncExitStack() as stack:

        async def start(
            name: str = "a", *, lease: float = LONG, ring: Callable[[str], None] | None = None
        ) -> Node:
            metrics = NodeMetrics()
            cluster = PostgresCluster(
                PostgresUrl(url), lease_seconds=lease, ring=ring, metrics=metrics
            )
            stack.push_async_callback(cluster.stop)
            node = Node(cluster, f"{name}:80", metrics)
            await node.start()
            return node

        yield start


@pytest.fixture(params=["alone", "postgres"])
async def any_node(request: pytest.FixtureRequest, node: OpenNode) -> Node:
    if request.param == "alone":
        alone = Node(Alone(), "a:80")
        await alone.start()
        return alone
    return await node()


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for is elsewhere
        await asyncio.sleep(0.01)


def counted(durations: Durations) -> float:
    """The number of times that something was measured."""
    samples = durations.family("seconds", "").samples
    return next(each.value for each in samples if each.name == "seconds_count")


def sql(store: PostgresStore, statement: str) -> str:
    return postgres().sql(statement, database=store.database.name)


async def test_a_session_is_owned_from_the_first_asking_on(any_node: Node) -> None:
    place = await any_node.cluster.place(S)
    assert isinstance(place, Mine)
    assert await any_node.cluster.place(S) == place
    assert not any_node.cluster.is_cut_off
    assert not any_node.cluster.is_draining


async def test_a_session_that_does_not_exist_has_no_place(node: OpenNode) -> None:
    assert await (await node()).cluster.place("none") is None


async def test_another_node_is_sent_to_the_owner(node: OpenNode) -> None:
    a, b = await node("a"), await node("b")
    assert await a.cluster.place(S) == Mine(1)
    assert await b.cluster.place(S) == Elsewhere("a:80", a.cluster.node_id)
    assert a.lost == []


async def test_of_many_that_ask_at_once_one_owns_it(node: OpenNode) -> None:
    nodes = [await node(name) for name in "abcdef"]
    places = await asyncio.gather(*(each.cluster.place(S) for each in nodes))
    (owner,) = (each for each, place in zip(nodes, places, strict=True) if place == Mine(1))
    others = [place for place in places if place != Mine(1)]
    assert others == [Elsewhere(owner.address, owner.cluster.node_id)] * 5


async def test_the_fence_of_an_owner_that_is_gone_is_worth_nothing(
    node: OpenNode, store: PostgresStore
) -> None:
    rung: list[str] = []
    a, b = await node("a"), await node("b", ring=rung.append)
    assert await a.cluster.place(S) == Mine(1)
    await store.submit(join("alice", Role.HOST), fence=1)
    sql(store, "UPDATE sessions SET claimed_at = claimed_at - interval '1 hour'")
    seen = await b.cluster.place(S)
    assert isinstance(seen, Elsewhere)
    assert await b.cluster.take_over(S, seen, Found.GONE) == Mine(2)
    assert await store.submit(chat("m1"), fence=1) == Fenced()
    assert isinstance(await store.submit(chat("m1"), fence=2), Committed)
    assert rung == [a.cluster.node_id]
    await until(lambda: a.lost == [S])
    await until(lambda: counted(a.metrics.doorbell) == 1)
    assert counted(b.metrics.doorbell) == 0
    assert await a.cluster.place(S) == Elsewhere("b:80", b.cluster.node_id)


async def test_a_session_whose_row_is_locked_holds_up_no_other(
    node: OpenNode, store: PostgresStore, url: str
) -> None:
    await store.create_session(NewSession("another", "Title", "alice", NOW))
    a = await node("a")
    writer = await asyncpg.connect(url)
    async with writer.transaction():
        await writer.execute("SELECT FROM sessions WHERE id = $1 FOR NO KEY UPDATE", S)
        places = await asyncio.gather(a.cluster.place(S), a.cluster.place("another"))
        assert places == [Unreachable(1.0), Mine(1)]
    await writer.close()
    assert await a.cluster.place(S) == Mine(1)


async def test_no_fence_comes_twice_after_a_failover_that_lost_a_claim() -> None:
    server = Postgres()
    store = PostgresStore(server.url("postgres"))
    async with AsyncExitStack() as stack:
        stack.callback(server.stop)
        await store.open()
        stack.push_async_callback(store.close)
        await store.create_session(NewSession(S, "Title", "alice", NOW))
        a, b = (
            PostgresCluster(PostgresUrl(server.url("postgres")), lease_seconds=LONG)
            for _ in range(2)
        )
        for each, address in ((a, "a:80"), (b, "b:80")):
            stack.push_async_callback(each.stop)
            await Node(each, address).start()
        assert await a.place(S) == Mine(1)
        # As a standby has it that did not get the claim any more.
        server.sql("UPDATE sessions SET owner = NULL, fence = 0", database="postgres")
        await asyncio.to_thread(server.promote)
        assert await b.place(S) == Mine(2**32)
        assert await store.submit(chat("m1"), fence=1) == Fenced()
        assert isinstance(await store.submit(join("alice", Role.HOST), fence=2**32), Committed)


async def test_a_server_that_does_not_tell_its_timeline_is_claimed_from_all_the_same(
    node: OpenNode, url: str, store: PostgresStore
) -> None:
    name = store.database.name
    sql(store, f"CREATE ROLE role_{name} LOGIN")
    sql(store, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO role_{name}")
    sql(store, "REVOKE EXECUTE ON FUNCTION pg_walfile_name(pg_lsn) FROM PUBLIC")
    other = PostgresCluster(
        PostgresUrl(url.replace("peerline@", f"role_{name}@")), lease_seconds=LONG
    )
    await Node(other, "b:80").start()
    assert await other.place(S) == Mine(1)
    await other.stop()
    assert await (await node("a")).cluster.place(S) == Mine(2)


async def test_two_behind_a_wall_that_refuses_do_not_take_it_in_turn(node: OpenNode) -> None:
    a, b = await node("a"), await node("b")
    await a.cluster.place(S)
    seen = await b.cluster.place(S)
    assert isinstance(seen, Elsewhere)
    assert isinstance(await b.cluster.take_over(S, seen, Found.GONE), Unreachable)
    assert await a.cluster.place(S) == Mine(1)


async def test_an_owner_that_is_silent_keeps_it_until_its_lease_has_ended(
    node: OpenNode, store: PostgresStore
) -> None:
    began = asyncio.get_running_loop().time()
    a, b = await node("a"), await node("b", lease=LEASE)
    await a.cluster.place(S)
    seen = await b.cluster.place(S)
    assert isinstance(seen, Elsewhere)
    assert isinstance(await b.cluster.take_over(S, seen, Found.SILENT), Unreachable)
    sql(store, "UPDATE nodes SET lease_until = now() WHERE address = 'a:80'")
    # A node that has only just started cannot tell whether all leases ended in an outage.
    while (found := await b.cluster.take_over(S, seen, Found.SILENT)) != Mine(2):
        assert isinstance(found, Unreachable)
        await asyncio.sleep(0.05)
    assert asyncio.get_running_loop().time() - began >= 2 * LEASE
    await until(lambda: a.lost == [S])


async def test_an_owner_that_drains_is_asked_again_and_a_new_owner_is_found(
    node: OpenNode,
) -> None:
    a, b, c = await node("a"), await node("b"), await node("c")
    await a.cluster.place(S)
    seen = await b.cluster.place(S)
    assert isinstance(seen, Elsewhere)
    await a.cluster.begin_drain([S])
    assert await b.cluster.take_over(S, seen, Found.DRAINING) == seen
    await a.cluster.release(S, 1)
    assert await c.cluster.place(S) == Mine(2)
    of_c = Elsewhere("c:80", c.cluster.node_id)
    assert await b.cluster.take_over(S, seen, Found.DRAINING) == of_c
    assert await b.cluster.take_over(S, seen, Found.NOT_OWNER) == of_c
    assert await a.cluster.place("none") is None


async def test_a_node_that_drains_claims_nothing(node: OpenNode) -> None:
    a = await node("a")
    await a.cluster.begin_drain([S])
    assert isinstance(await a.cluster.place(S), Unreachable)


async def test_what_a_node_that_drains_has_not_loaded_is_free_at_once(node: OpenNode) -> None:
    a, b = await node("a"), await node("b")
    await a.cluster.place(S)
    await a.cluster.begin_drain([])
    assert await b.cluster.place(S) == Mine(2)


async def test_a_takeover_without_a_letter_is_found_when_the_lease_goes_on(
    node: OpenNode, store: PostgresStore
) -> None:
    a = await node("a", lease=LEASE)
    await node("b")
    await a.cluster.place(S)
    a.loaded = [S]
    # As when it was cut off until it was forgotten.
    sql(store, "DELETE FROM nodes WHERE address = 'a:80'")
    sql(store, "UPDATE sessions SET owner = (SELECT id FROM nodes WHERE address = 'b:80')")
    await until(lambda: a.lost == [S])


async def test_what_a_node_owned_is_free_once_it_has_stopped(
    node: OpenNode, store: PostgresStore
) -> None:
    a, b = await node("a"), await node("b")
    await a.cluster.place(S)
    await a.cluster.stop()
    assert await b.cluster.place(S) == Mine(2)
    assert sql(store, "SELECT string_agg(address, ' ') FROM nodes") == "b:80"
    assert sql(store, "SELECT count(*) FROM letters") == "0"


async def test_a_server_that_starts_again_at_its_address_has_its_sessions_at_once(
    node: OpenNode,
) -> None:
    await (await node("a")).cluster.place(S)
    assert await (await node("a")).cluster.place(S) == Mine(2)


async def test_a_session_that_was_claimed_back_is_not_lost(
    node: OpenNode, store: PostgresStore
) -> None:
    a, b = await node("a"), await node("b")
    await a.cluster.place(S)
    letter = "INSERT INTO letters (to_node, kind, session_id) SELECT owner, 'lost', id "
    sql(store, letter + "FROM sessions")
    a.postgres.rung()
    await until(lambda: sql(store, "SELECT count(*) FROM letters") == "0")
    await until(lambda: a.rings == 1)
    assert a.lost == []
    assert isinstance(await b.cluster.place(S), Elsewhere)


async def test_connections_that_postgres_ended_are_opened_again(
    node: OpenNode, store: PostgresStore
) -> None:
    a = await node("a", lease=LEASE)
    postgres().cut(store.database.name, name="peerline")
    assert await a.cluster.place(S) == Mine(1)
    assert not a.cluster.is_cut_off


async def test_a_node_that_does_not_reach_the_database_for_a_lease_is_cut_off(
    node: OpenNode, store: PostgresStore
) -> None:
    a, b = await node("a", lease=LEASE), await node("b", lease=LEASE)
    assert await a.cluster.place(S) == Mine(1)
    name = store.database.name
    allow = f"ALTER DATABASE {name} ALLOW_CONNECTIONS "
    postgres().sql(allow + "false", database="postgres")
    postgres().sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608 - a test's name
        f"WHERE datname = '{name}' AND application_name <> 'psql'",
        database="postgres",
    )
    await until(lambda: a.cluster.is_cut_off and b.cluster.is_cut_off)
    postgres().sql(allow + "true", database="postgres")
    # All leases have ended, but nobody takes anything from those who live.
    await until(lambda: not b.cluster.is_cut_off)
    seen = Elsewhere("a:80", a.cluster.node_id)
    assert isinstance(await b.cluster.take_over(S, seen, Found.CUT_OFF), Unreachable)
    await until(lambda: not a.cluster.is_cut_off)
    assert await a.cluster.place(S) == Mine(1)
    assert (a.lost, b.lost) == ([], [])


async def test_all_nodes_have_one_secret_and_tell_clients_one_id(node: OpenNode, url: str) -> None:
    a = await node("a")
    assert await a.cluster.open(SECRET, "another") == "id"
    other = PostgresCluster(PostgresUrl(url), lease_seconds=LONG)
    with pytest.raises(StoreError, match=r"another secret.*PEERLINE_SECRET_FILE"):
        await other.open(b"y" * 32, "id")
    await other.stop()


async def test_a_command_that_changes_everything_and_servers_keep_each_other_out(
    node: OpenNode, url: str, store: PostgresStore
) -> None:
    command = PostgresStore(url)
    await command.open_alone()
    with pytest.raises(StoreError, match="a command changes this database"):
        await node("a")
    await command.close()
    a = await node("a")
    with pytest.raises(StoreError, match="a server already runs on this database at a:80"):
        await command.open_alone()
    await command.close()
    await a.cluster.stop()
    await command.open_alone()
    await command.close()
    assert sql(store, "SELECT count(*) FROM nodes") == "0"


async def test_a_doorbell_tells_of_a_lost_session_before_the_next_look(
    node: OpenNode, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peerline_server.cluster.postgres._LETTERS_SECONDS", LONG)
    bells = [RedisBell(RedisLink(redis_server().url, "takeover")) for _ in range(2)]
    a, b = await node("a", ring=bells[0].ring), await node("b", ring=bells[1].ring)
    for bell, each in zip(bells, (a, b), strict=True):
        bell.subscribe(each.cluster.node_id, each.cluster.rung)
        await bell.start()
        await until(lambda each=each: each.rings > 0)
    assert await a.cluster.place(S) == Mine(1)
    sql(store, "UPDATE sessions SET claimed_at = claimed_at - interval '1 hour'")
    seen = await b.cluster.place(S)
    assert isinstance(seen, Elsewhere)
    assert await b.cluster.take_over(S, seen, Found.GONE) == Mine(2)
    await until(lambda: a.lost == [S])
    for bell in bells:
        await bell.stop()
