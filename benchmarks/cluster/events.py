"""The CPU of a durable chat message in the store: one statement, the general way, and SQLite.

The three take turns, with batches of the same size. Times are of this process, which is the node,
and of the process of Postgres that serves its connection.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, Final

from sqlalchemy import update

from benchmarks.cpu import Usage
from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.participants import User, UserJoined
from peerline.protocol.roles import Role
from peerline_server.core.records import Committed, NewEvent, NewSession
from peerline_server.store.backend import Item, Results
from peerline_server.store.postgres import PostgresStore
from peerline_server.store.schema import sessions
from peerline_server.store.sql import SqlStore
from peerline_server.store.sqlite import SqliteStore

BATCHES: Final = (1, 10, 100)
_SESSIONS: Final = 10
_FENCE: Final = 1
_NOW: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
_US: Final = 1e6


@dataclass
class Way:
    """One way to write a batch, and what it took per event, in microseconds."""

    name: str
    write: Callable[[Sequence[Item]], Awaitable[Results]]
    backend_pid: Callable[[], Awaitable[int | None]]
    node: dict[int, list[float]] = field(default_factory=dict[int, list[float]])
    postgres: dict[int, list[float]] = field(default_factory=dict[int, list[float]])
    seconds: dict[int, list[float]] = field(default_factory=dict[int, list[float]])

    async def measure(
        self, events: Callable[[int], list[NewEvent]], size: int, rounds: int
    ) -> None:
        """Write a number of batches of one size."""
        pid = await self.backend_pid()
        batches = [events(size) for _ in range(rounds)]
        before = Usage.of(pid).cpu if pid else 0.0
        began, own = time.perf_counter(), time.process_time()
        for batch in batches:
            results = await self.write(batch)
            assert all(isinstance(result, Committed) for result in results), results
        own, elapsed = time.process_time() - own, time.perf_counter() - began
        per_event = _US / (rounds * size)
        self.node.setdefault(size, []).append(own * per_event)
        self.seconds.setdefault(size, []).append(elapsed * per_event)
        if pid:
            self.postgres.setdefault(size, []).append((Usage.of(pid).cpu - before) * per_event)


async def measure_events(url: str, rounds: int) -> list[Way]:
    """Measure all ways; `url` is an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        postgres, sqlite = PostgresStore(url), SqliteStore(Path(folder))
        for store in (postgres, sqlite):
            await _fill(store)
        database = postgres.database

        async def plain_pid() -> int | None:
            await database.commit(_Events("warm")(1))
            connection: Any = database.plain.connection
            return int(await connection.fetchval("SELECT pg_backend_pid()"))

        async def general_pid() -> int | None:
            async with database.writer.connect() as connection:
                return (await connection.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one()

        async def none() -> int | None:
            return None

        ways = [
            Way("one statement", database.commit, plain_pid),
            Way("general way", database.commit_generally, general_pid),
            Way("SQLite", sqlite.backend.commit, none),
        ]
        events = _Events("m")
        for turn in range(rounds):
            for size in BATCHES:
                for way in ways if turn % 2 == 0 else reversed(ways):
                    await way.measure(events, size, max(20, 200 // size))
        for store in (postgres, sqlite):
            await store.close()
    return ways


def print_events(ways: Sequence[Way]) -> None:
    """The table."""
    first = ways[0]
    print("| chat message, us of CPU | batch | node | to one statement | Postgres | wall |")
    print("|---|---|---|---|---|---|")
    for way in ways:
        for size in BATCHES:
            ratios = [
                mine / other for mine, other in zip(way.node[size], first.node[size], strict=True)
            ]
            theirs = f"{median(way.postgres[size]):.0f}" if size in way.postgres else ""
            print(
                f"| {way.name} | {size} | {median(way.node[size]):.0f} | {median(ratios):.1f} "
                f"| {theirs} | {median(way.seconds[size]):.0f} |"
            )


class _Events:
    """Chat messages that nobody wrote before."""

    def __init__(self, prefix: str) -> None:
        self._ids = (f"{prefix}{number}-{id(self)}" for number in count())

    def __call__(self, size: int) -> list[NewEvent]:
        return [self._event(number % _SESSIONS) for number in range(size)]

    def _event(self, session: int) -> NewEvent:
        item = next(self._ids)
        message = ChatMessage(
            id=item,
            user_id="alice",
            username="Alice",
            content="a line of chat as people write it",
            timestamp=_NOW,
        )
        sent = ChatMessageSent(session_id=f"s{session}", seq=0, message=message)
        return NewEvent(sent, "alice", item, fence=_FENCE)


async def _fill(store: SqlStore) -> None:
    await store.open()
    for number in range(_SESSIONS):
        await store.create_session(NewSession(f"s{number}", "Title", "alice", _NOW))
    async with store.backend.write() as connection:
        await connection.execute(update(sessions).values(fence=_FENCE))
    user = User(id="alice", username="Alice", role=Role.HOST)
    await asyncio.gather(
        *(
            store.submit(
                NewEvent(
                    UserJoined(session_id=f"s{number}", seq=0, user=user, timestamp=_NOW), "alice"
                ),
                fence=_FENCE,
            )
            for number in range(_SESSIONS)
        )
    )
