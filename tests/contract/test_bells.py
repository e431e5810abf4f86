"""The promises of every doorbell, and of the one over a real Redis that fails in many ways."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from itertools import count

import pytest

from peerline_server.bus.base import EVERYBODY, Bell
from peerline_server.bus.memory import MemoryBell
from peerline_server.bus.redis import FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS, RedisBell, delay
from peerline_server.redis_link import RedisLink
from tests.servers.redis import RedisServer, redis_server

_clusters = count(1)


class Ear:
    """Counts the rings at a node."""

    def __init__(self) -> None:
        self.rings = 0
        self._news = asyncio.Event()

    def __call__(self) -> None:
        self.rings += 1
        self._news.set()

    async def more_than(self, rings: int) -> None:
        while self.rings <= rings:
            self._news.clear()
            await self._news.wait()


async def logged(caplog: pytest.LogCaptureFixture, said: str) -> None:
    while said not in caplog.text:  # noqa: ASYNC110 - a log has no event
        await asyncio.sleep(0.01)


def memory_bells() -> list[Bell]:
    bell = MemoryBell()
    return [bell, bell]


def redis_bells() -> list[Bell]:
    name = f"c{next(_clusters)}"
    return [RedisBell(RedisLink(redis_server().url, name)) for _ in range(2)]


@pytest.fixture(params=[memory_bells, redis_bells], ids=["memory", "redis"])
async def bells(request: pytest.FixtureRequest) -> AsyncIterator[list[tuple[Bell, Ear]]]:
    """Two nodes, `a` and `b`, that hear each other."""
    make: Callable[[], list[Bell]] = request.param
    async with AsyncExitStack() as stack:
        nodes = [(bell, Ear()) for bell in make()]
        for (bell, ear), name in zip(nodes, "ab", strict=True):
            bell.subscribe(name, ear)
        for bell, _ in nodes:
            stack.push_async_callback(bell.stop)
            await bell.start()
        if make is redis_bells:
            for _, ear in nodes:
                await ear.more_than(0)
        yield nodes


async def test_a_ring_is_heard_by_the_node_that_is_meant(bells: list[tuple[Bell, Ear]]) -> None:
    (a, at_a), (b, at_b) = bells
    before_a, before_b = at_a.rings, at_b.rings
    a.ring("b")
    await at_b.more_than(before_b)
    b.ring("nobody")
    b.ring("a")
    await at_a.more_than(before_a)
    assert (at_a.rings, at_b.rings) == (before_a + 1, before_b + 1)


async def test_everybody_hears_a_ring_at_all(bells: list[tuple[Bell, Ear]]) -> None:
    before = [ear.rings for _, ear in bells]
    bells[0][0].ring(EVERYBODY)
    for (_, ear), rings in zip(bells, before, strict=True):
        await ear.more_than(rings)


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis that the test may harm."""
    made = RedisServer()
    yield made
    made.close()


@pytest.fixture
async def bell(server: RedisServer) -> AsyncIterator[tuple[RedisBell, Ear]]:
    ear = Ear()
    made = RedisBell(RedisLink(server.url, "peerline"), ping_seconds=0.2, chance=lambda: 0.0)
    made.subscribe("a", ear)
    await made.start()
    await ear.more_than(0)
    yield made, ear
    await made.stop()


async def test_a_cut_subscription_is_made_again_and_what_was_lost_is_looked_for(
    server: RedisServer, bell: tuple[RedisBell, Ear]
) -> None:
    for _ in range(3):
        rings = bell[1].rings
        assert server.kill_subscribers() == 1
        await bell[1].more_than(rings)
    rings = bell[1].rings
    bell[0].ring("a")
    await bell[1].more_than(rings)


async def test_a_redis_that_falls_silent_is_left_and_found_again(
    server: RedisServer, bell: tuple[RedisBell, Ear], caplog: pytest.LogCaptureFixture
) -> None:
    rings = bell[1].rings
    server.freeze()
    await logged(caplog, "cannot reach Redis")
    server.thaw()
    await bell[1].more_than(rings)


async def test_a_redis_that_is_away_harms_nobody_and_is_found_when_it_is_back(
    server: RedisServer, bell: tuple[RedisBell, Ear], caplog: pytest.LogCaptureFixture
) -> None:
    server.stop()
    for _ in range(3):
        bell[0].ring("a")
    await logged(caplog, "cannot reach Redis")
    rings = bell[1].rings
    server.start_again()
    await bell[1].more_than(rings)
    assert "works again" in caplog.text or caplog.text.count("cannot reach") == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://:hunter2@127.0.0.1:{port}", "does not accept the user or the password"),
        ("redis://127.0.0.1:{port}", "password"),
        ("redis://:hunter2@127.0.0.1:1", "cannot reach Redis at 127.0.0.1:1"),
    ],
)
async def test_what_is_wrong_with_redis_is_said_once_in_a_sentence_without_its_password(
    url: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = RedisServer("--requirepass", "secret")
    bell = RedisBell(RedisLink(url.format(port=server.port), "peerline"), chance=lambda: 0.0)
    bell.subscribe("a", Ear())
    await bell.start()
    bell.ring("a")
    await logged(caplog, said)
    assert "hunter2" not in caplog.text
    assert caplog.text.count("check PEERLINE_REDIS_URL") == 1
    await bell.stop()
    server.close()


def test_the_delays_grow_and_are_not_the_same_for_all() -> None:
    assert delay(0, 1.0) == FIRST_DELAY_SECONDS
    assert delay(0, 0.0) == FIRST_DELAY_SECONDS / 2
    assert delay(3, 0.5) > delay(2, 0.5) > delay(1, 0.5)
    assert delay(10_000, 1.0) == LONGEST_DELAY_SECONDS
