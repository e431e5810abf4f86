"""Compares a shared text with the server's after quiet: a difference is found, whatever made it."""

import asyncio
from collections.abc import Callable
from typing import Final

from peerline.client import ClientError
from peerline.tasks import Tasks
from peerline_bridge.sharing.contract import Opened

QUIET_SECONDS: Final = 2.0
"""The time without a change after which the texts are compared."""
LEAST_SECONDS: Final = 10.0
"""The time between two comparisons."""


class CheckTimes:
    """Decides when to compare. Pure."""

    def __init__(self) -> None:
        """Begin without a change."""
        self._changed: float | None = None
        self._checked = float("-inf")

    def changed(self, now: float) -> None:
        """Note a change."""
        self._changed = now

    @property
    def due(self) -> float | None:
        """The time of the next comparison; None if nothing has changed since the last one."""
        if self._changed is None:
            return None
        return max(self._changed + QUIET_SECONDS, self._checked + LEAST_SECONDS)

    def checked(self, now: float) -> None:
        """Note a comparison."""
        self._changed, self._checked = None, now


class ServerChecks:
    """The comparisons of one document.

    Args:
        opened: The document; None before it is open.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, tasks: Tasks, opened: Callable[[], Opened | None]
    ) -> None:
        self._loop = loop
        self._tasks = tasks
        self._opened = opened
        self._times = CheckTimes()
        self._timer: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        """The text has changed."""
        self._times.changed(self._loop.time())
        if self._timer is None:
            self._arm()

    def _arm(self) -> None:
        due = self._times.due
        self._timer = None if due is None else self._loop.call_at(due, self._look)

    def _look(self) -> None:
        """Compare, unless the text has changed since this was planned."""
        self._timer = None
        due, opened = self._times.due, self._opened()
        if opened is None or opened.state == "detached":
            return
        if due is not None and self._loop.time() < due:
            self._arm()
            return
        self._times.checked(self._loop.time())
        self._tasks.spawn(self._check(opened), "comparing a shared text")

    async def _check(self, opened: Opened) -> None:
        try:
            equal = await opened.check()
        except ClientError:
            return
        if equal is False:
            # One more: two differences in a row are mended.
            self.changed()
