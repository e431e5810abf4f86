"""The store in one SQLite file, through aiosqlite."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from peerline_server.store.backend import Item, Results, session_of
from peerline_server.store.base import OutcomeUnknownError, StoreError
from peerline_server.store.batch import Batch
from peerline_server.store.change_probe import ChangeProbe
from peerline_server.store.database import is_busy, is_disk_failure, make_engine, prepare_database
from peerline_server.store.folder import DATABASE, close_to_others, make_data_dir
from peerline_server.store.lock import DatabaseLock
from peerline_server.store.plain import Heads, PlainEvents
from peerline_server.store.sql import SqlStore
from peerline_server.store.sqlite_plain import write_events
from peerline_server.store.transaction import DRIVER_ERRORS, as_store_error, transaction, write_back


class SqliteStore(SqlStore):
    """The store of a data directory."""

    def __init__(self, data_dir: Path, **options: Any) -> None:  # noqa: ANN401 - of the store
        self.database = SqliteDatabase(data_dir)
        super().__init__(self.database, **options)


class SqliteDatabase:
    """Implements `store.backend.Backend`: a connection that writes, and one that reads."""

    epoch = ""
    errors: tuple[type[Exception], ...] = DRIVER_ERRORS

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self.writer = make_engine(data_dir, begin="BEGIN IMMEDIATE")
        self._reader = make_engine(data_dir, begin="BEGIN")
        self._probe = ChangeProbe(data_dir / DATABASE)
        self._heads = Heads()
        self._lock: DatabaseLock | None = None

    def on_moved(self, handler: Callable[[], None]) -> None:
        """A file is always the same one."""

    async def open_for_server(self, address: str) -> None:
        """Lock it, and take it from the eyes of others, then open it."""
        self._take_lock(server=address)
        close_to_others(self._data_dir)
        await self.open()

    async def open_alone(self) -> None:
        """Lock it, then open it."""
        self._take_lock(server=None)
        await self.open()

    def _take_lock(self, *, server: str | None) -> None:
        lock = DatabaseLock(make_data_dir(self._data_dir))
        lock.take(server=server)
        self._lock = lock

    def note_address(self, address: str) -> None:
        """Tell those who find the database locked where its server listens."""
        assert self._lock is not None, "not opened alone"
        self._lock.note(address)

    async def open(self) -> None:
        """Bring the schema up to date."""
        await prepare_database(self._data_dir, self.writer, is_locked=self._lock is not None)
        try:
            await self.recover()
        except DRIVER_ERRORS as error:
            raise as_store_error(error) from None

    async def close(self) -> None:
        """Close the file, then let others have it."""
        self._probe.close()
        await self.writer.dispose()
        await self._reader.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def data_version(self) -> int | None:
        """SQLite's own, of a connection that writes nothing."""
        return self._probe.version()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that sees one moment."""
        async with self._reader.begin() as connection:
            yield connection

    @asynccontextmanager
    async def ask(self) -> AsyncGenerator[AsyncConnection]:
        """The same: here it is no round trip."""
        async with self.read() as connection:
            yield connection

    def loaded(self, session_id: str, fence: int, seq: int) -> None:
        """Nothing."""

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that is committed at the end."""
        async with transaction(self.writer) as connection:
            yield connection

    async def commit(self, items: Sequence[Item]) -> Results:
        """Write a batch in one transaction: past SQLAlchemy, if all of it is plain."""
        events = PlainEvents.of(items, self._heads)
        # Whatever becomes of the batch, the next one must not begin where these do.
        for item in items:
            self._heads.forget(session_of(item))
        if events is not None and await self.write_plain(events):
            self._heads.reached(events.seqs, events.fences)
            return [*events.results(frozenset(events.before))]
        async with transaction(self.writer) as connection:
            batch = Batch(connection)
            results = await batch.write(items)
        self._heads.reached(batch.heads, batch.reached.fences)
        return results

    async def write_plain(self, events: PlainEvents) -> bool:
        """Write such a batch; False if the general way must decide.

        Raises:
            OutcomeUnknownError: if the commit failed and may be kept all the same.
        """
        async with self.writer.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None, "it is connected"
            try:
                # Nothing public of aiosqlite runs a function in the thread of its connection.
                return await driver._execute(write_events, driver._conn, events)  # noqa: SLF001
            except OutcomeUnknownError:
                # Whatever state the connection is in, the next transaction begins with a fresh one.
                with suppress(*DRIVER_ERRORS):
                    await connection.invalidate()
                raise

    async def recover(self) -> None:
        """After a commit of unknown outcome the disk must be well before anything new is tried.

        What is read from then on, such as the outcome of a request that comes again, is on it.
        """
        await write_back(self.writer)

    def is_busy(self, error: Exception) -> bool:
        """Whether another process holds the database."""
        return is_busy(error)

    def is_outage(self, error: Exception) -> bool:
        """Whether the disk takes nothing."""
        return is_disk_failure(error)

    def described(self, error: Exception) -> StoreError:
        """The name of SQLite's result code."""
        return as_store_error(error)
