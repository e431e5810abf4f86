"""The store on one SQLite file, through SQLAlchemy Core and aiosqlite."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.logs import describe
from peerline.protocol.activity import ActivityEntry, SearchResult
from peerline.protocol.base import Arrival
from peerline.protocol.chat import ChatMessage
from peerline.protocol.events import DurableMessage
from peerline.protocol.moderation import Ban, Invite
from peerline.tasks import Tasks
from peerline_server.core.records import (
    AppendResult,
    NewCursorTrail,
    NewDocumentEdit,
    NewEvent,
    NewInvite,
    NewSession,
    NewSnapshot,
    NewUpdate,
    Revocation,
    StoredGeneration,
    StoredInvite,
    StoredSession,
)
from peerline_server.metrics import Metrics
from peerline_server.store import access, documents, pages, whole
from peerline_server.store.base import (
    ActivityFilter,
    OutcomeUnknownError,
    Retention,
    StoreBusyError,
    StoreError,
)
from peerline_server.store.batch import Batch
from peerline_server.store.database import is_busy, is_disk_failure, make_engine, prepare_database
from peerline_server.store.doubt import Doubt
from peerline_server.store.folder import close_to_others, make_data_dir
from peerline_server.store.lock import DatabaseLock
from peerline_server.store.revocations import revocations_after, write_revocation
from peerline_server.store.schema import cursor_trails, document_edits, sessions
from peerline_server.store.transaction import DRIVER_ERRORS, as_store_error, transaction, write_back

_log = logging.getLogger("peerline.server.store")

MAX_WAITING_EVENTS = 20_000
MAX_BATCH_EVENTS = 1_000
FORGET_AT_ONCE = 5_000
STALLED_SECONDS = 5.0
"""A transaction that takes longer means that the store is not to be relied on now."""

_Waiting = tuple[NewEvent | NewUpdate, "asyncio.Future[Any]"]
"""An item to write, and the future of its result."""


class SqliteStore:
    """Implements `store.base.Store`. One task writes; many events share a commit."""

    def __init__(
        self,
        data_dir: Path,
        *,
        max_waiting: int = MAX_WAITING_EVENTS,
        metrics: Metrics | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._metrics = Metrics() if metrics is None else metrics
        self._writing_since: float | None = None
        self._failed_at: float | None = None
        self._max_waiting = max_waiting
        self._writer = make_engine(data_dir, begin="BEGIN IMMEDIATE")
        self._reader = make_engine(data_dir, begin="BEGIN")
        self._doubt = Doubt()
        self._lock: DatabaseLock | None = None
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._is_closing = False
        self._tasks = Tasks()

    @property
    def is_stalled(self) -> bool:
        """Whether a transaction takes longer than it ever should, or the disk has just failed."""
        now, since, failed_at = time.monotonic(), self._writing_since, self._failed_at
        is_slow = since is not None and now - since > STALLED_SECONDS
        # Not for ever: a server that nobody is sent to would never find out that the disk is well.
        return is_slow or (failed_at is not None and now - failed_at < STALLED_SECONDS)

    async def open_alone(self, *, server: str | None) -> None:
        """Open it for a server at HOST:PORT, or with None for a command that changes it alone.

        Raises:
            StoreError: if a server runs already, in words.
        """
        lock = DatabaseLock(make_data_dir(self._data_dir))
        lock.take(server=server)
        self._lock = lock
        if server is not None:
            close_to_others(self._data_dir)
        await self.open()

    def note_address(self, address: str) -> None:
        """Tell those who find the database locked where its server listens."""
        assert self._lock is not None, "not opened alone"
        self._lock.note(address)

    async def open(self) -> None:
        """Bring the schema up to date and start the writer."""
        await prepare_database(self._data_dir, self._writer, is_locked=self._lock is not None)
        try:
            await write_back(self._writer)
        except DRIVER_ERRORS as error:
            raise as_store_error(error) from None
        self._tasks.keep(self._write_batches, "write events")

    async def close(self) -> None:
        """Write what waits, then close the file."""
        self._is_closing = True
        self._wake.set()
        await self._tasks.finish()
        await self._writer.dispose()
        await self._reader.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def submit(self, event: NewEvent) -> "asyncio.Future[AppendResult]":
        """Queue an event for the next commit."""
        return self._queue(event)

    def submit_update(self, update: NewUpdate) -> "asyncio.Future[None]":
        """Queue an update of a shared document for the next commit, among the events."""
        return self._queue(update)

    async def load_generation(self, document_id: str, generation: str) -> StoredGeneration | None:
        """A generation of a shared document; None if there is none, or no longer."""
        async with self._reading() as connection:
            return await documents.load_generation(connection, document_id, generation)

    async def write_snapshot(self, snapshot: NewSnapshot) -> None:
        """Keep the whole text of a generation in place of the updates that it holds."""
        async with self._writing() as connection:
            await documents.write_snapshot(connection, snapshot)

    async def forget_generations(self, ended_before: datetime) -> int:
        """Delete generations that ended before a moment; how many there were."""
        async with self._writing() as connection:
            return await documents.forget_generations(connection, ended_before)

    async def add_document_edits(self, edits: Sequence[NewDocumentEdit]) -> None:
        """Keep for the activity who edited; those of a session that does not exist are left out."""
        async with self._writing() as connection:
            await pages.add_rows(connection, document_edits, edits)

    async def create_session(self, session: NewSession) -> None:
        """Create a session with a fresh epoch and its host as a participant."""
        async with self._writing() as connection:
            await whole.create_session(connection, session)

    async def count_created(self, user_id: str) -> int:
        """The number of sessions that the user has created and that have not ended."""
        has_ended = sessions.c.state["ended_at"].as_string().is_not(None)
        query = select(func.count()).where(sessions.c.created_by == user_id, ~has_ended)
        async with self._reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def load_session(self, session_id: str, *, last_messages: int) -> StoredSession | None:
        """The whole session at one seq."""
        async with self._reading() as connection:
            return await whole.load_session(connection, session_id, last_messages=last_messages)

    async def events_since(
        self, session_id: str, seq: int, *, limit: int
    ) -> Sequence[DurableMessage]:
        """The events after `seq` in order, at most `limit`."""
        async with self._reading() as connection:
            return await pages.events_since(connection, session_id, seq, limit=limit)

    async def chat_before(
        self, session_id: str, seq: int | None, *, limit: int
    ) -> Sequence[ChatMessage]:
        """The last chat messages before `seq`, or of all, oldest first, at most `limit`."""
        async with self._reading() as connection:
            return await whole.chat_before(connection, session_id, seq, limit=limit)

    async def search(
        self, session_id: str, words: str, before: int | None, *, limit: int
    ) -> Sequence[SearchResult]:
        """The newest items before `before` that have all the words, at most `limit`."""
        async with self._reading() as connection:
            return await pages.search(connection, session_id, words, before, limit=limit)

    async def activity(
        self, session_id: str, wanted: ActivityFilter, *, limit: int
    ) -> tuple[Sequence[ActivityEntry], str | None]:
        """A page of what happened, newest first, and where the next one begins."""
        async with self._reading() as connection:
            return await pages.activity(connection, session_id, wanted, limit=limit)

    async def add_cursor_trails(self, trails: Sequence[NewCursorTrail]) -> None:
        """Keep trails of cursors; those of a session that does not exist are left out."""
        async with self._writing() as connection:
            await pages.add_rows(connection, cursor_trails, trails)

    async def forget_activity(self, retention: Retention) -> int:
        """Delete events and trails beyond what is to be kept; how many there were."""
        total = 0
        while True:
            # In small steps, between which others write.
            async with self._writing() as connection:
                count = await pages.forget(connection, retention, limit=FORGET_AT_ONCE)
            total += count
            if count == 0:
                return total

    async def create_invite(self, invite: NewInvite, *, most: int | None = None) -> Invite:
        """Keep an invite, unless the one with this hash is there already; that invite."""
        async with self._writing() as connection:
            return await access.create_invite(connection, invite, most=most)

    async def usable_invites(self, session_id: str, now: datetime) -> Sequence[Invite]:
        """The invites by which somebody can still join, oldest first."""
        async with self._reading() as connection:
            return await access.usable_invites(connection, session_id, now)

    async def revoke_invite(self, session_id: str, invite_id: str, now: datetime) -> str | None:
        """Make an invite useless, even if it is so already; its hash, or None."""
        async with self._writing() as connection:
            return await access.revoke_invite(connection, session_id, invite_id, now)

    async def bans(self, session_id: str) -> Sequence[Ban]:
        """The banned users, in the order of having joined."""
        async with self._reading() as connection:
            return await access.bans(connection, session_id)

    async def arrivals(self, session_id: str) -> Sequence[Arrival]:
        """The invite that each participant came by, in the order of having joined."""
        async with self._reading() as connection:
            return await access.arrivals(connection, session_id)

    async def lift_ban(self, session_id: str, user_id: str) -> bool:
        """Let a user come back; whether they were banned."""
        async with self._writing() as connection:
            return await access.lift_ban(connection, session_id, user_id)

    async def find_invite(self, session_id: str, code_hash: str) -> StoredInvite | None:
        """The invite of this session with this hash, however worn it is."""
        async with self._reading() as connection:
            return await access.find_invite(connection, session_id, code_hash)

    async def revoke(self, revocation: Revocation) -> None:
        """Keep for good that tokens hold no longer."""
        async with self._writing() as connection:
            await write_revocation(connection, revocation)

    async def revocations_after(self, number: int) -> tuple[Sequence[Revocation], int]:
        """The revocations after the one of this number (0: all), and the number of the last."""
        async with self._reading() as connection:
            return await revocations_after(connection, number)

    # --- inside ----------------------------------------------------------------------------

    def _queue(self, item: NewEvent | NewUpdate) -> "asyncio.Future[Any]":
        if self._is_closing:
            raise StoreBusyError("the store is closing")
        if len(self._waiting) >= self._max_waiting:
            raise StoreBusyError("too much waits to be written")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._wake.set()
        return future

    @asynccontextmanager
    async def _reading(self) -> AsyncGenerator[AsyncConnection]:
        try:
            async with self._reader.begin() as connection:
                yield connection
        except DRIVER_ERRORS as error:
            raise as_store_error(error) from None

    @asynccontextmanager
    async def _writing(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction beside the events."""
        try:
            await self._look_after_disk()
            async with transaction(self._writer) as connection:
                yield connection
        except OutcomeUnknownError:
            self._doubt.add_other()
            self._failed_at = time.monotonic()
            raise
        except DRIVER_ERRORS as error:
            failure = as_store_error(error)
            if self._doubt.covers_others:
                # This may be what was tried before and is in doubt.
                raise OutcomeUnknownError(str(failure)) from None
            raise failure from None
        self._doubt.settle()

    async def _look_after_disk(self) -> None:
        """After a commit of unknown outcome the disk must be well before anything new is tried.

        What is read from then on, such as the outcome of a request that comes again, is on it.
        """
        if self._doubt:
            await write_back(self._writer)

    async def _write_batches(self) -> None:
        while True:
            self._wake.clear()
            while self._waiting:
                batch = self._waiting[:MAX_BATCH_EVENTS]
                del self._waiting[:MAX_BATCH_EVENTS]
                await self._write(batch)
            if self._is_closing:
                return
            await self._wake.wait()

    async def _write(self, batch: list[_Waiting]) -> None:
        items = [item for item, _ in batch]
        try:
            results = await self._commit_when_free(items)
        except OutcomeUnknownError as error:
            self._doubt.add(items)
            self._fail(batch, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the writer must go on
            if is_disk_failure(error):
                self._fail(batch, as_store_error(error))
            elif len(batch) > 1:
                # One bad event must not take its neighbours with it.
                for single in batch:
                    await self._write([single])
            else:
                known = isinstance(error, DRIVER_ERRORS)
                reason = as_store_error(error) if known else describe(error)
                _log.error("an event could not be written: %s", reason)
                self._refuse(batch, StoreError(f"it cannot be written: {type(error).__name__}"))
        else:
            self._failed_at = None
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, StoreError):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _fail(self, batch: list[_Waiting], failure: StoreError) -> None:
        """Nothing can be written at the moment."""
        self._failed_at = time.monotonic()
        _log.error("%d events could not be written: %s", len(batch), failure)
        self._refuse(batch, failure)

    def _refuse(self, batch: list[_Waiting], failure: StoreError) -> None:
        for item, future in batch:
            if future.done():
                continue
            is_unknown = isinstance(failure, OutcomeUnknownError) or self._doubt.covers(item)
            # One for each: an exception that several wait for gathers their tracebacks.
            future.set_exception((OutcomeUnknownError if is_unknown else StoreError)(str(failure)))

    async def _commit_when_free(
        self, events: list[NewEvent | NewUpdate]
    ) -> list[AppendResult | StoreError | None]:
        """Commit, however long another process holds the database."""
        self._writing_since = time.monotonic()
        try:
            while True:
                try:
                    return await self._commit(events)
                except DRIVER_ERRORS as error:
                    if not is_busy(error) or self._is_closing:
                        raise
                    _log.warning("another process holds the database: %d events wait", len(events))
        finally:
            self._writing_since = None

    async def _commit(
        self, events: list[NewEvent | NewUpdate]
    ) -> list[AppendResult | StoreError | None]:
        began = time.monotonic()
        await self._look_after_disk()
        async with transaction(self._writer) as connection:
            results = await Batch(connection).write(events)
        self._doubt.settle()
        self._metrics.commit.observe(time.monotonic() - began)
        self._metrics.batch.observe(len(events))
        return results
