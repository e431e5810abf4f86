"""The task that writes: what is submitted while a commit is under way shares the next one."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from peerline.logs import describe
from peerline.tasks import Tasks
from peerline_server.core.records import Fenced
from peerline_server.metrics import Metrics
from peerline_server.store.backend import Backend, Item, Results, session_of
from peerline_server.store.base import (
    FencedError,
    FencedHandler,
    OutcomeUnknownError,
    StoreBusyError,
    StoreError,
)
from peerline_server.store.doubt import Doubt
from peerline_server.store.places import is_fenced

_log = logging.getLogger("peerline.server.store")

MAX_WAITING_EVENTS: Final = 20_000
MAX_BATCH_EVENTS: Final = 1_000
STALLED_SECONDS: Final = 5.0
"""A transaction that takes longer means that the store is not to be relied on now."""

_Waiting = tuple[Item, "asyncio.Future[Any]"]
"""An item to write, and the future of its result."""


class Writer:
    """Writes to one database, one transaction at a time."""

    def __init__(self, backend: Backend, *, max_waiting: int, metrics: Metrics) -> None:
        self._backend = backend
        self._metrics = metrics
        self._max_waiting = max_waiting
        self._writing_since: float | None = None
        self._failed_at: float | None = None
        self._doubt = Doubt()
        self._waiting: list[_Waiting] = []
        self._batch: list[_Waiting] = []
        """The items that are being written."""
        self._wake = asyncio.Event()
        self._is_closing = False
        self._tasks = Tasks()
        self.on_fenced: FencedHandler = _nothing

    @property
    def is_stalled(self) -> bool:
        """Whether a transaction takes longer than it ever should, or the disk has just failed."""
        now, since, failed_at = time.monotonic(), self._writing_since, self._failed_at
        is_slow = since is not None and now - since > STALLED_SECONDS
        # Not for ever: a server that nobody is sent to would never find out that the disk is well.
        return is_slow or (failed_at is not None and now - failed_at < STALLED_SECONDS)

    def start(self) -> None:
        """Begin to write what is submitted."""
        self._tasks.keep(self._write_batches, "write events")

    async def close(self) -> None:
        """Write what waits, then end."""
        self._is_closing = True
        self._wake.set()
        await self._tasks.finish()

    async def written(self) -> None:
        """Wait until everything that was submitted is answered."""
        futures = [future for _, future in (*self._batch, *self._waiting) if not future.done()]
        if futures:
            await asyncio.wait(futures)

    def submit(self, item: Item) -> "asyncio.Future[Any]":
        """Queue an item for the next commit.

        Raises:
            StoreBusyError: if the queue is full.
        """
        if self._is_closing:
            raise StoreBusyError("the store is closing")
        if len(self._waiting) >= self._max_waiting:
            raise StoreBusyError("too much waits to be written")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._wake.set()
        return future

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction beside the events."""
        try:
            await self._recover()
            async with self._backend.write() as connection:
                yield connection
        except OutcomeUnknownError:
            self._doubt.add_other()
            self._failed_at = time.monotonic()
            raise
        except self._backend.errors as error:
            failure = self._backend.described(error)
            if self._doubt.covers_others or self._backend.is_busy(error):
                # This may be what was tried before and is in doubt, or still under way.
                raise OutcomeUnknownError(str(failure)) from None
            raise failure from None
        self._doubt.settle()

    @asynccontextmanager
    async def owned(self, session_id: str, fence: int) -> AsyncGenerator[AsyncConnection]:
        """The same, for something that only the session's owner writes.

        Raises:
            FencedError: if `fence` is not 0, and not that of the owner.
        """
        async with self.transaction() as connection:
            if fence and await is_fenced(connection, session_id, fence):
                self.on_fenced(session_id, fence)
                raise FencedError
            yield connection

    async def _recover(self) -> None:
        if self._doubt:
            await self._backend.recover()

    async def _write_batches(self) -> None:
        while True:
            self._wake.clear()
            while self._waiting:
                batch = self._batch = self._waiting[:MAX_BATCH_EVENTS]
                del self._waiting[:MAX_BATCH_EVENTS]
                await self._write(batch)
                self._batch = []
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
            if self._backend.is_outage(error):
                self._fail(batch, self._backend.described(error))
            elif len(batch) > 1:
                # One bad event must not take its neighbours with it.
                for single in batch:
                    await self._write([single])
            else:
                known = isinstance(error, self._backend.errors)
                reason = self._backend.described(error) if known else describe(error)
                _log.error("an event could not be written: %s", reason)
                self._refuse(batch, StoreError(f"it cannot be written: {type(error).__name__}"))
        else:
            self._failed_at = None
            for (item, future), result in zip(batch, results, strict=True):
                if isinstance(result, Fenced | FencedError):
                    self._tell_fenced(item)
                if future.done():
                    continue
                if isinstance(result, StoreError):
                    future.set_exception(result)
                else:
                    future.set_result(result)

    def _tell_fenced(self, item: Item) -> None:
        try:
            self.on_fenced(session_of(item), item.fence)
        except Exception as error:  # noqa: BLE001 - the others of the batch are answered all the same
            _log.error("a session could not be given up: %s", describe(error))

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

    async def _commit_when_free(self, events: list[Item]) -> Results:
        """Commit, however long another process holds the database."""
        self._writing_since = time.monotonic()
        try:
            while True:
                try:
                    return await self._commit(events)
                except self._backend.errors as error:
                    if not self._backend.is_busy(error) or self._is_closing:
                        raise
                    _log.warning("another process holds the database: %d events wait", len(events))
        finally:
            self._writing_since = None

    async def _commit(self, events: list[Item]) -> Results:
        began = time.monotonic()
        await self._recover()
        results = await self._backend.commit(events)
        self._doubt.settle()
        self._metrics.commit.observe(time.monotonic() - began)
        self._metrics.batch.observe(len(events))
        return results


def _nothing(session_id: str, fence: int) -> None:
    """Nobody wants to know."""
