"""The session's activity as $/progress, which a client shows in its status line."""

import asyncio
from typing import Final

from peerline.tasks import Tasks
from peerline_bridge.plain.requests import ClientRequests

ACTIVITY_SECONDS: Final = 10.0
"""How long the latest activity stays."""
TITLE: Final = "Peerline"


class Progress:
    """One line that begins with the first report and ends when nothing has followed for a while."""

    def __init__(self, loop: asyncio.AbstractEventLoop, requests: ClientRequests) -> None:
        self._loop = loop
        self._requests = requests
        self._token: str | None = None
        self._text = ""
        self._tasks = Tasks()
        self._beginning: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def report(self, text: str, *, stays: bool = False) -> None:
        """Show this; with `stays` until the next report, else for ACTIVITY_SECONDS."""
        self._stop_timer()
        if not stays:
            self._timer = self._loop.call_later(ACTIVITY_SECONDS, self.end)
        if text == self._text:
            return
        self._text = text
        if self._token is not None:
            self._requests.report_progress(self._token, text)
        elif self._beginning is None and self._requests.features.progress:
            self._beginning = self._tasks.spawn(self._begin(), "progress")

    def end(self) -> None:
        """Nothing goes on any more."""
        self._stop_timer()
        self._text = ""
        if self._token is not None:
            self._requests.end_progress(self._token)
            self._token = None

    def close(self) -> None:
        """Show nothing any more."""
        self.end()
        if self._beginning is not None:
            self._beginning.cancel()

    async def _begin(self) -> None:
        text = self._text
        try:
            self._token = await self._requests.begin_progress(TITLE, text)
        finally:
            self._beginning = None
        if self._token is None:
            return
        if not self._text:
            self.end()
        elif self._text != text:
            self._requests.report_progress(self._token, self._text)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
