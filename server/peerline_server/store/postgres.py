"""The store in a Postgres database, through asyncpg."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from peerline_server.core.records import Fenced, NewEvent
from peerline_server.metrics import Metrics
from peerline_server.node_metrics import NodeMetrics
from peerline_server.store.backend import Item, Results
from peerline_server.store.base import FencedError, OutcomeUnknownError, StoreError
from peerline_server.store.batch import Batch
from peerline_server.store.plain import Heads, PlainEvents, PlainUpdates
from peerline_server.store.postgres_connection import (
    ERRORS,
    PostgresUrl,
    as_store_error,
    cut_if_silent,
    error_name,
    is_busy,
    is_cut,
    is_outage,
)
from peerline_server.store.postgres_lock import CommandLock, TakenError
from peerline_server.store.postgres_plain import PlainLine
from peerline_server.store.postgres_schema import TIMELINE, check_server, prepare
from peerline_server.store.settling import Reached, generations_kept, sessions_kept, was_kept
from peerline_server.store.sql import SqlStore

READERS: Final = 4
SETTLE_SECONDS: Final = 15.0
"""For which the outcome of a commit without an answer is asked for."""
_SETTLE_PAUSE: Final = 0.2
_Found = TypeVar("_Found")


class PostgresStore(SqlStore):
    """The store of a database that is named by its URL."""

    def __init__(self, url: str, **options: Any) -> None:  # noqa: ANN401 - of the store
        metrics = options.get("metrics")
        node = metrics.node if isinstance(metrics, Metrics) else None
        self.database = PostgresDatabase(PostgresUrl(url), metrics=node)
        super().__init__(self.database, **options)


class PostgresDatabase:
    """Implements `store.backend.Backend`: a connection for events, and a few for all else."""

    errors: tuple[type[Exception], ...] = ERRORS

    def __init__(
        self,
        where: PostgresUrl,
        *,
        is_unlimited: bool = False,
        metrics: NodeMetrics | None = None,
    ) -> None:
        self._where = where
        self._metrics = metrics or NodeMetrics()
        told = self._connected
        self.writer = where.engine("peerline", size=1, pings=False, on_connect=told)
        self._others = where.engine("peerline", size=1, is_unlimited=is_unlimited, on_connect=told)
        readers = where.engine("peerline", size=READERS, is_unlimited=is_unlimited, on_connect=told)
        self._readers = readers.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        # BEGIN and COMMIT would be two round trips more.
        self._askers = readers.execution_options(isolation_level="AUTOCOMMIT")
        self.plain = PlainLine(where.connect("peerline"), told)
        self._heads = Heads()
        self._on_moved: Callable[[], None] = _nothing
        self._lock: CommandLock | None = None
        self._epoch = ""

    @property
    def name(self) -> str:
        """The name of the database."""
        return self._where.database

    def on_moved(self, handler: Callable[[], None]) -> None:
        """Have `handler` called when the server is found to be a standby that was promoted."""
        self._on_moved = handler

    @property
    def epoch(self) -> str:
        """Part of each session's epoch: the timeline, after which commits may be lost."""
        return self._epoch

    def data_version(self) -> int | None:
        """Postgres has no such number."""
        return None

    async def open_for_server(self, address: str) -> None:  # noqa: ARG002 - its node tells it
        """Open it; several servers may."""
        await self.open()

    async def open_alone(self) -> None:
        """Open it, unless a server or another such command has it."""
        lock = CommandLock(self._where)
        try:
            await lock.take()
            self._lock = lock
            await self.open()
            await lock.look_for_servers()
        except (*ERRORS, ValueError) as error:
            raise self._where.problem(error) from None

    def note_address(self, address: str) -> None:
        """The server's node has told it."""

    async def open(self) -> None:
        """Check the server, and bring the schema up to date."""
        # An upgrade of large tables takes its time, and so may the one of another server.
        engine = self._where.engine(
            "peerline", size=1, is_unlimited=True, on_connect=self._connected
        )
        try:
            async with engine.begin() as connection:
                await connection.run_sync(check_server, self._where)
                await connection.run_sync(prepare, self._where)
        except (*ERRORS, ValueError) as error:
            raise self._where.problem(error) from None
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Disconnect."""
        await self.plain.close()
        for engine in (self.writer, self._others, self._readers):
            await engine.dispose()
        if self._lock is not None:
            await self._lock.release()
            self._lock = None

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that sees one moment."""
        async with self._readers.begin() as connection, cut_if_silent(connection):
            yield connection

    @asynccontextmanager
    async def ask(self) -> AsyncGenerator[AsyncConnection]:
        """A connection for a single query."""
        async with self._askers.connect() as connection, cut_if_silent(connection):
            yield connection

    def loaded(self, session_id: str, fence: int, seq: int) -> None:
        """The first event after a takeover can be written by one statement, too."""
        self._heads.loaded(session_id, fence, seq)

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that is committed at the end."""
        await self._check_lock()
        async with _transaction(self._others) as connection:
            yield connection

    async def commit(self, items: Sequence[Item]) -> Results:
        """Write a batch in one transaction, or what is plain in one statement and the rest so.

        A connection that was lost before COMMIT is opened again once. If the answer to COMMIT is
        lost, the rows that the batch has locked tell what became of it.
        """
        await self._check_lock()
        if (events := PlainEvents.of(items, self._heads)) is not None:
            return await self._commit_events(events)
        if (updates := PlainUpdates.of(items)) is not None:
            return await self._commit_updates(updates)
        return await self.commit_generally(items)

    async def commit_generally(self, items: Sequence[Item]) -> Results:
        """Write a batch of any kind in one transaction."""
        for is_last in (False, True):
            try:
                return await self._try(items)
            except ERRORS as error:
                if is_last or not is_cut(error):
                    raise
        raise AssertionError("the last try returns or raises")

    async def _commit_events(self, batch: PlainEvents) -> Results:
        """Write them by one statement; those of sessions that it leaves out, the general way."""
        # As long as it is not known what became of them, no later batch begins where these do.
        for session_id in batch.before:
            self._heads.forget(session_id)
        try:
            kept = await self.plain.events(batch)
        except OutcomeUnknownError as error:
            reached = Reached(batch.seqs, {}, batch.fences)
            kept = await self._settle(lambda found: sessions_kept(found, reached), error)
        self._heads.reached({key: batch.seqs[key] for key in kept}, batch.fences)
        results = batch.results(kept)
        left = [event for event, _ in batch.placed if event.message.session_id not in kept]
        rest = iter(await self._commit_rest(left, is_alone=not kept))
        return [next(rest) if result is None else result for result in results]

    async def _commit_rest(self, left: Sequence[Item], *, is_alone: bool) -> Results:
        """Write what the statement left out; what it has kept stays, whatever comes of these."""
        if not left or is_alone:
            return await self.commit_generally(left) if left else []
        until = time.monotonic() + SETTLE_SECONDS
        found: Results = []
        for item in left:
            found += await self._commit_apart(item, until)
        return found

    async def _commit_apart(self, item: Item, until: float) -> Results:
        while True:
            try:
                return await self.commit_generally([item])
            except StoreError as error:
                return [error]
            except ERRORS as error:
                if not is_busy(error) or time.monotonic() >= until:
                    return [self.described(error)]

    async def _commit_updates(self, batch: PlainUpdates) -> Results:
        """The same of updates of documents."""
        try:
            kept = await self.plain.updates(batch)
        except OutcomeUnknownError as error:
            reached = Reached({}, batch.numbers, batch.fences)
            kept = await self._settle(lambda found: generations_kept(found, reached), error)
        left = [each for each in batch.updates if each.key not in kept]
        rest = iter(await self.commit_generally(left) if left else [])
        return [None if each.key in kept else next(rest) for each in batch.updates]

    async def recover(self) -> None:
        """Nothing: the rows that a commit has locked settle it, whenever it ends."""

    def is_busy(self, error: Exception) -> bool:
        """Whether others are in the way."""
        return is_busy(error)

    def is_outage(self, error: Exception) -> bool:
        """Whether Postgres takes nothing now."""
        return isinstance(error, TakenError) or is_outage(error)

    def described(self, error: Exception) -> StoreError:
        """The code that Postgres gave."""
        return as_store_error(error)

    async def _connected(self, connection: Any) -> None:  # noqa: ANN401 - asyncpg gives no types
        with suppress(*ERRORS):  # an ordinary user may ask, but it can be taken from them
            found = await connection.fetchval(TIMELINE)
            before, self._epoch = self._epoch, found
            if before not in {"", found}:
                self._on_moved()

    async def _check_lock(self) -> None:
        if self._lock is not None:
            await self._lock.keep()

    async def _try(self, items: Sequence[Item]) -> Results:
        results: Results = []
        reached, heads = Reached(), dict[str, int]()
        while True:
            try:
                async with _transaction(self.writer) as connection:
                    batch = Batch(connection)
                    results = await batch.write(items)
                    reached, heads = batch.reached, batch.heads
                kept = True
            except OutcomeUnknownError as error:
                for session_id in heads:
                    self._heads.forget(session_id)
                kept = await self._settle(partial(was_kept, reached=reached), error)
            if kept is None:
                return [Fenced() if isinstance(it, NewEvent) else FencedError() for it in items]
            if kept:
                self._heads.reached(heads, reached.fences)
                return results

    async def _settle(
        self, ask: Callable[[Any], Awaitable[_Found]], failure: OutcomeUnknownError
    ) -> _Found:
        """Ask until it is known what became of a commit without an answer.

        Raises:
            OutcomeUnknownError: if Postgres does not tell for a while.
        """
        until = time.monotonic() + SETTLE_SECONDS
        # The old transaction may hold the rows for long, waiting for a standby.
        connect = self._where.connect("peerline", is_unlimited=True)
        while True:
            try:
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + SETTLE_SECONDS):
                    connection = await connect()
                    try:
                        found = await ask(connection)
                    finally:
                        connection.terminate()
                self._metrics.unknown_commits[_outcome(found)] += 1
            except ERRORS as error:
                if time.monotonic() > until:
                    self._metrics.unknown_commits["unknown"] += 1
                    raise failure from error
            else:
                return found
            await asyncio.sleep(_SETTLE_PAUSE)


def _outcome(found: object) -> str:
    """The name of an answer, for the metrics."""
    if found is None:
        return "fenced"
    return "kept" if found else "lost"


def _nothing() -> None:
    """Nobody wants to know."""


@asynccontextmanager
async def _transaction(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """Commit what is done inside, or nothing of it.

    Raises:
        OutcomeUnknownError: if there is no answer to COMMIT.
    """
    async with engine.connect() as connection:
        attempt = await connection.begin()
        try:
            async with cut_if_silent(connection):
                yield connection
        except BaseException:
            # The error that is under way says more than that of the rollback.
            with suppress(*ERRORS):
                await attempt.rollback()
            raise
        try:
            await attempt.commit()
        except ERRORS as error:
            if _left_nothing(error):
                raise
            with suppress(*ERRORS):
                await connection.invalidate()
            raise OutcomeUnknownError(f"the commit has no answer ({error_name(error)})") from error


def _left_nothing(error: Exception) -> bool:
    """Whether the answer to COMMIT says that nothing was kept.

    A violated constraint or a serialization failure does; a lost connection says nothing.
    """
    return error_name(error).startswith(("23", "40"))
