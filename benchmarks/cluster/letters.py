"""The time from a takeover until the node that had the session knows, with Redis and without."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg

from benchmarks.report import percentile
from peerline_server.bus.redis import RedisBell
from peerline_server.cluster.places import Elsewhere, Found, Mine
from peerline_server.cluster.postgres import PostgresCluster
from peerline_server.core.records import NewSession
from peerline_server.redis_link import RedisLink
from peerline_server.store.postgres import PostgresStore
from peerline_server.store.postgres_connection import PostgresUrl

_asyncpg: Any = asyncpg
"""Without types of its own."""
_SESSION: Final = "letters"
_SECRET: Final = b"x" * 32


async def measure_letters(url: str, redis_url: str) -> dict[str, list[float]]:
    """The times, in milliseconds and sorted; `url` is a database."""
    store = PostgresStore(url)
    await store.open()
    await store.create_session(NewSession(_SESSION, "Title", "alice", datetime.now(UTC)))
    await store.close()
    return {
        "with Redis": sorted(await _times(url, redis_url, 40)),
        "without": sorted(await _times(url, "", 12)),
    }


def print_letters(found: dict[str, list[float]]) -> None:
    """The table."""
    print("| from a takeover to the server that had the session | p50 ms | most ms |")
    print("|---|---|---|")
    for name, times in found.items():
        print(f"| {name} | {percentile(times, 0.5):.1f} | {times[-1]:.0f} |")


async def _times(url: str, redis_url: str, count: int) -> list[float]:
    loop = asyncio.get_running_loop()
    lost: asyncio.Queue[float] = asyncio.Queue()
    bells = [RedisBell(RedisLink(redis_url, "bench")) for _ in range(2)] if redis_url else []
    nodes: list[PostgresCluster] = []
    for number in range(2):
        ring: Callable[[str], None] | None = bells[number].ring if bells else None
        node = PostgresCluster(PostgresUrl(url), lease_seconds=6.0, ring=ring)
        await node.open(_SECRET, "id")
        heard = asyncio.Event()
        await node.start(f"n{number}:80", lambda _: lost.put_nowait(loop.time()), heard.set, list)
        if bells:
            bells[number].subscribe(node.node_id, node.rung)
            await bells[number].start()
            await heard.wait()
        nodes.append(node)
    connection: Any = await _asyncpg.connect(url)
    times: list[float] = []
    owner, other = nodes
    await _claim(owner.place(_SESSION))
    for _ in range(count):
        await connection.execute("UPDATE sessions SET claimed_at = now() - interval '1 hour'")
        seen = await other.place(_SESSION)
        assert isinstance(seen, Elsewhere)
        began = loop.time()
        await _claim(other.take_over(_SESSION, seen, Found.GONE))
        times.append((await lost.get() - began) * 1e3)
        owner, other = other, owner
    for bell in bells:
        await bell.stop()
    for node in nodes:
        await node.stop()
    await connection.close()
    return times


async def _claim(place: Awaitable[object]) -> None:
    assert isinstance(await place, Mine)
