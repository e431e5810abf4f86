"""The promises of every directory, and of the one in a real Redis that fails."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import pytest

from peerline_server.directory.base import (
    NODE_SECONDS,
    SESSION_SECONDS,
    Directory,
    DirectoryError,
    NodeEntry,
    PersonEntry,
    SessionEntry,
)
from peerline_server.directory.memory import MemoryDirectory
from peerline_server.directory.plan import REFRESH_SECONDS, Plan
from peerline_server.directory.redis import KEYS_AT_ONCE, RedisDirectory
from peerline_server.directory.writer import DirectoryWriter
from peerline_server.redis_link import RedisLink
from tests.servers.redis import RedisServer, redis_server

_clusters = count(1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Made:
    directory: Directory
    pass_time: Callable[[float], None]
    """Let entries that live as long as this expire."""


def in_memory() -> Made:
    now = [0.0]

    def pass_time(seconds: float) -> None:
        now[0] += seconds

    return Made(MemoryDirectory(lambda: now[0]), pass_time)


def in_redis() -> Made:
    name = f"d{next(_clusters)}"

    def pass_time(seconds: float) -> None:
        """Redis has no clock that could be set: what expires in that time has expired."""
        with redis_server().client() as client:
            for key in client.keys(f"peerline:{name}:*"):
                if 0 <= client.ttl(key) <= seconds:
                    client.delete(key)

    return Made(RedisDirectory(RedisLink(redis_server().url, name)), pass_time)


@pytest.fixture(params=[in_memory, in_redis], ids=["memory", "redis"])
async def made(request: pytest.FixtureRequest) -> AsyncIterator[Made]:
    found: Made = request.param()
    yield found
    await found.directory.close()


@pytest.fixture
def directory(made: Made) -> Directory:
    return made.directory


def entry(title: str = "Title", *, fence: int = 1, node: str = "a") -> SessionEntry:
    person = PersonEntry(user_id="alice", username="Älice", role="host", status="active")
    return SessionEntry(title=title, node_id=node, fence=fence, since=NOW, people=(person,))


def node(node_id: str, address: str = "127.0.0.1:1", *, has_database: bool = True) -> NodeEntry:
    return NodeEntry(
        node_id=node_id,
        address=address,
        version="1",
        connections=2,
        sessions=1,
        has_database=has_database,
    )


async def test_what_is_written_is_found_until_it_expires(made: Made) -> None:
    await made.directory.put({"s1": entry(), "s2": entry("Other")}, node("a"))
    assert await made.directory.get_many(["s1", "s2", "none"]) == {
        "s1": entry(),
        "s2": entry("Other"),
    }
    assert await made.directory.get_many([]) == {}
    made.pass_time(NODE_SECONDS)
    assert await made.directory.nodes() == []
    assert list(await made.directory.get_many(["s1"])) == ["s1"]
    made.pass_time(SESSION_SECONDS)
    assert await made.directory.get_many(["s1", "s2"]) == {}


async def test_an_older_owner_overwrites_and_removes_nothing_of_a_newer_one(
    directory: Directory,
) -> None:
    await directory.put({"s": entry(fence=2, node="b")})
    await directory.put({"s": entry("Old", fence=1)})
    await directory.remove({"s": 1})
    assert await directory.get_many(["s"]) == {"s": entry(fence=2, node="b")}
    await directory.put({"s": entry("Same", fence=2, node="b")})
    assert (await directory.get_many(["s"]))["s"].title == "Same"
    await directory.remove({"s": 2, "none": 1})
    assert await directory.get_many(["s"]) == {}


async def test_many_sessions_are_written_and_read_at_once(directory: Directory) -> None:
    many = {f"s{number}": entry(str(number)) for number in range(2 * KEYS_AT_ONCE + 1)}
    await directory.put(many)
    assert await directory.get_many(many) == many
    await directory.remove(dict.fromkeys(many, 1))
    assert await directory.get_many(many) == {}


async def test_the_nodes_are_those_that_live(directory: Directory) -> None:
    await directory.put({}, node("b", "127.0.0.1:2"))
    await directory.put({}, node("a"))
    assert [found.node_id for found in await directory.nodes()] == ["a", "b"]


async def test_a_node_without_its_database_is_told_that_another_one_has_it(
    directory: Directory,
) -> None:
    has_database, told = False, 0

    def tell() -> None:
        nonlocal told
        told += 1

    writer = DirectoryWriter(directory, dict, lambda _: node("a", has_database=has_database), tell)
    await writer.write(0.0)
    assert told == 0  # there is no other one
    await directory.put({}, node("b", has_database=False))
    await writer.write(1.0)
    assert told == 0  # which is no better off
    await directory.put({}, node("b"))
    await writer.write(2.0)
    assert told == 1
    has_database = True
    await writer.write(3.0)
    assert told == 1


async def test_what_another_program_has_written_is_no_entry() -> None:
    link = RedisLink(redis_server().url, "odd")
    directory = RedisDirectory(link)
    with redis_server().client() as client:
        client.set(link.key("live:s"), "no JSON")
        client.set(link.key("node:n"), '{"is": "other"}')
    assert await directory.get_many(["s"]) == {}
    assert await directory.nodes() == []
    await directory.put({"s": entry()})
    assert await directory.get_many(["s"]) == {"s": entry()}
    with redis_server().client() as client:
        client.delete(link.key("node:n"))
    await directory.close()


async def test_a_redis_that_is_away_or_was_emptied_is_filled_again() -> None:
    server = RedisServer()
    directory = RedisDirectory(RedisLink(server.url, "peerline"))
    writer = DirectoryWriter(directory, lambda: {"s": entry()}, lambda _: node("a"), lambda: None)
    await writer.write(0.0)
    server.stop()
    with pytest.raises(DirectoryError, match="cannot reach Redis at 127"):
        await writer.write(REFRESH_SECONDS)
    with pytest.raises(DirectoryError, match="cannot reach Redis at 127"):
        await directory.get_many(["s"])
    server.start_again()
    assert await directory.get_many(["s"]) == {}
    await writer.write(REFRESH_SECONDS + 1)
    assert await directory.get_many(["s"]) == {"s": entry()}
    await writer.stop()
    with server.client() as client:
        assert client.keys("*live*") == []
    server.close()


def test_only_what_changed_or_would_expire_is_written() -> None:
    plan = Plan()
    first = {"s": entry(), "t": entry("Other")}
    assert plan.due(first, 0.0) == first
    plan.put(first, 0.0)
    assert plan.due(first, REFRESH_SECONDS - 0.01) == {}
    assert plan.due(first, REFRESH_SECONDS) == first
    changed = {"s": entry("New")}
    assert plan.due(changed, 1.0) == changed
    assert plan.gone(changed) == {"t": 1}
    plan.removed({"t": 1})
    assert plan.gone(changed) == {}
