"""Keeps the revocations of the store in memory, also those that other nodes wrote."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from peerline.logs import describe
from peerline.tasks import Tasks
from peerline_server.auth.revocation import Revocations
from peerline_server.store.base import Store, StoreError

_log = logging.getLogger("peerline.server.revocation")


class RevocationWatch:
    """Looks for new revocations in the store again and again, where it may have changed.

    `on_new` is called when there are some; it ends the connections that they concern.
    """

    def __init__(
        self, store: Store, revocations: Revocations, interval: float, on_new: Callable[[], None]
    ) -> None:
        self._store = store
        self._revocations = revocations
        self._interval = interval
        self._on_new = on_new
        self._last = 0
        self._version: int | None = None
        """That of the store before the last look that went well."""
        self._is_failing = False
        self._is_over = False
        self._wake = asyncio.Event()
        self._tasks = Tasks()

    async def start(self) -> None:
        """Read all there are, before anybody joins, then go on looking.

        Raises:
            StoreError: if they cannot be read.
        """
        await self.look()
        self._tasks.spawn(self._run(), "watch for revocations")

    async def stop(self) -> None:
        """Look no more; a look that is under way ends."""
        self._is_over = True
        self._wake.set()
        await self._tasks.finish()

    def look_now(self) -> None:
        """Somebody says that there may be some."""
        self._wake.set()

    async def look(self) -> bool:
        """Read what is new, unless nothing was committed since; whether there was any.

        Raises:
            StoreError: if it cannot be read.
        """
        version = self._store.data_version()
        if version is not None and version == self._version:
            return False
        found, self._last = await self._store.revocations_after(self._last)
        self._revocations.add(found)
        self._version = version
        return bool(found)

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._wake.wait()
            if self._is_over:
                return
            self._wake.clear()
            try:
                if await self.look():
                    self._on_new()
            except StoreError as error:
                self._failed(str(error))
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may do
                self._failed(describe(error))
                continue
            self._is_failing = False

    def _failed(self, reason: str) -> None:
        """Say so once, until a look goes well."""
        if not self._is_failing:
            text = "revocations could not be read, those that are known hold: %s"
            _log.error(text, reason)
        self._is_failing = True
