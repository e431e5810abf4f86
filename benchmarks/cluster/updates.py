"""The CPU of an update of a shared document in the store: a row each, or one row for several.

The row for several has the bytes of all, without what it would take to merge them: less is not
possible. Both take turns, with batches of the same size, also on SQLite.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, Final

from sqlalchemy import update

from benchmarks.cpu import Usage
from peerline.protocol.documents import DocumentShared, SharedDocument
from peerline_server.core.records import Committed, NewEvent, NewSession, NewUpdate, Seed
from peerline_server.store.backend import Item, Results
from peerline_server.store.postgres import PostgresStore
from peerline_server.store.schema import sessions
from peerline_server.store.sql import SqlStore
from peerline_server.store.sqlite import SqliteStore

BATCHES: Final = (1, 4, 16, 64)
"""Updates of one document; 20 people who type fast in it make 200 a second."""
_BYTES: Final = 30
"""A character that is typed."""
_FENCE: Final = 1
_NOW: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
_US: Final = 1e6


@dataclass
class Way:
    """One way to keep a batch, and the microseconds for each update."""

    name: str
    store: SqlStore
    pid: int | None
    """The process of Postgres that serves the connection."""
    is_merged: bool
    node: dict[int, list[float]] = field(default_factory=dict[int, list[float]])
    postgres: dict[int, list[float]] = field(default_factory=dict[int, list[float]])

    async def measure(self, updates: Callable[[int], list[Item]], size: int, rounds: int) -> None:
        """Write batches of one size."""
        batches = [updates(size) for _ in range(rounds)]
        before = Usage.of(self.pid).cpu if self.pid else 0.0
        own = time.process_time()
        for batch in batches:
            results: Results = await self.store.backend.commit(batch)
            assert results == [None] * len(batch), results
        per_update = _US / (rounds * size)
        self.node.setdefault(size, []).append((time.process_time() - own) * per_update)
        if self.pid:
            theirs = Usage.of(self.pid).cpu - before
            self.postgres.setdefault(size, []).append(theirs * per_update)


async def measure_updates(url: str, rounds: int) -> list[Way]:
    """Measure all ways; `url` is an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        stores: list[SqlStore] = [PostgresStore(url), SqliteStore(Path(folder))]
        ways: list[tuple[Way, _Updates]] = []
        for store in stores:
            pid: int | None = None
            await _fill(store)
            for place, name in enumerate(("a row each", "one row")):
                updates = _Updates(f"d{place}", is_merged=place == 1)
                assert await store.backend.commit(updates(1)) == [None]
                if isinstance(store, PostgresStore):
                    connection: Any = store.database.plain.connection
                    pid = int(await connection.fetchval("SELECT pg_backend_pid()"))
                kind = "Postgres" if pid else "SQLite"
                ways.append((Way(f"{kind}, {name}", store, pid, place == 1), updates))
        for turn in range(rounds):
            for size in BATCHES:
                for way, updates in ways if turn % 2 == 0 else reversed(ways):
                    await way.measure(updates, size, max(20, 200 // size))
        for store in stores:
            await store.close()
    return [way for way, _ in ways]


def print_updates(ways: Sequence[Way]) -> None:
    """The table."""
    print("| update of a document, us of CPU | batch | node | Postgres |")
    print("|---|---|---|---|")
    for way in ways:
        for size in BATCHES:
            theirs = f"{median(way.postgres[size]):.0f}" if size in way.postgres else ""
            print(f"| {way.name} | {size} | {median(way.node[size]):.0f} | {theirs} |")


class _Updates:
    """The next updates of one document."""

    def __init__(self, document_id: str, *, is_merged: bool) -> None:
        self._document_id = document_id
        self._is_merged = is_merged
        self._numbers = count(1)

    def __call__(self, size: int) -> list[Item]:
        if self._is_merged:
            return [self._update(_BYTES * size)]
        return [self._update(_BYTES) for _ in range(size)]

    def _update(self, size: int) -> NewUpdate:
        number, data = next(self._numbers), os.urandom(size)
        return NewUpdate("s", self._document_id, "g", number, "alice", data, _NOW, fence=_FENCE)


async def _fill(store: SqlStore) -> None:
    await store.open()
    await store.create_session(NewSession("s", "Title", "alice", _NOW))
    async with store.backend.write() as connection:
        await connection.execute(update(sessions).values(fence=_FENCE))
    shared = [
        SharedDocument(
            id=f"d{place}",
            file=f"{place}.py",
            generation="g",
            shared_by="alice",
            hash=f"sha256:{0:064}",
            lines=1,
        )
        for place in range(2)
    ]
    events = [
        DocumentShared(session_id="s", seq=0, document=each, username="Alice", timestamp=_NOW)
        for each in shared
    ]
    results = await asyncio.gather(
        *(
            store.submit(NewEvent(event, "alice", seed=Seed(b"seed", [1], [(1, "alice")])), fence=1)
            for event in events
        )
    )
    assert all(isinstance(result, Committed) for result in results), results
