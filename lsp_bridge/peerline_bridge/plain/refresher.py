"""Brings changes to a client at a bounded rate, whatever happens in the session."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from peerline.logs import describe
from peerline.tasks import Tasks

_log = logging.getLogger("peerline.bridge")
REFRESH_SECONDS: Final = 0.2
"""Between two refreshes of a kind. A refresh makes a client ask again for all that it shows."""
PAUSE_SECONDS: Final = 0.5
"""Without a move, before what only moved is refreshed: clients move what they show themselves."""
MAX_PAUSE_SECONDS: Final = 5.0
"""After which it is refreshed though the moves have not paused."""


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
        self._moved_since: float | None = None
        """Since when moves wait for a pause, and nothing else waits."""
        self._tasks = Tasks()
        self._task: asyncio.Task[None] | None = None

    def mark(self) -> None:
        """Something changed."""
        self._is_marked = True
        if self._moved_since is not None:
            self._moved_since = None
            self._cancel_timer()
        if self._timer is None and self._task is None:
            wait = max(0.0, self._last + self._seconds - self._loop.time())
            self._timer = self._loop.call_later(wait, self._start)

    def mark_moved(self) -> None:
        """Note that things have only moved, which the client shows without us: this can wait."""
        if self._moved_since is None and (self._is_marked or self._task is not None):
            self._is_marked = True
            return  # it runs soon anyway
        now = self._loop.time()
        self._is_marked = True
        if self._moved_since is None:
            self._moved_since = now
        self._cancel_timer()
        due = min(now + PAUSE_SECONDS, self._moved_since + MAX_PAUSE_SECONDS)
        self._timer = self._loop.call_at(due, self._start)

    def close(self) -> None:
        """Run nothing any more."""
        self._cancel_timer()
        if self._task is not None:
            self._task.cancel()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start(self) -> None:
        self._timer = self._moved_since = None
        self._is_marked = False
        self._last = self._loop.time()
        self._task = self._tasks.spawn(self._run(), "a refresh")

    async def _run(self) -> None:
        try:
            await self._action()
        except Exception as error:  # noqa: BLE001 - the next one shall run all the same
            _log.error("a refresh failed: %s", describe(error))
        finally:
            self._task = None
            if self._is_marked:
                self.mark()
