"""Brings changes to a client at a bounded rate, whatever happens in the session."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

_log = logging.getLogger("peerline.bridge")
REFRESH_SECONDS: Final = 0.2
"""Between two refreshes of a kind. A refresh makes a client ask again for all that it shows."""


class Refresher:
    """Runs an action soon after it was marked, and never twice at a time."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        action: Callable[[], Awaitable[None]],
        seconds: float = REFRESH_SECONDS,
    ) -> None:
        self._loop = loop
        self._action = action
        self._seconds = seconds
        self._is_marked = False
        self._last = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def mark(self) -> None:
        """Something changed."""
        self._is_marked = True
        if self._timer is None and self._task is None:
            wait = max(0.0, self._last + self._seconds - self._loop.time())
            self._timer = self._loop.call_later(wait, self._start)

    def close(self) -> None:
        """Run nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def _start(self) -> None:
        self._timer = None
        self._is_marked = False
        self._last = self._loop.time()
        self._task = self._loop.create_task(self._run())

    async def _run(self) -> None:
        try:
            await self._action()
        except Exception:  # noqa: BLE001 - the next one shall run all the same
            _log.exception("a refresh failed")
        finally:
            self._task = None
            if self._is_marked:
                self.mark()
