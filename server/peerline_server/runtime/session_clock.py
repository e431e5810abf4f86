"""The time of day in one session, which never goes back: its next event may be another node's."""

from collections.abc import Callable
from datetime import datetime


class SessionClock:
    """A clock that stands still until the one of this node has caught up."""

    def __init__(self, now: Callable[[], datetime], latest: datetime | None) -> None:
        """`latest` is the time of the session's last event."""
        self._now = now
        self._latest = latest

    def now(self) -> datetime:
        """The time of day, or the latest that was told in the session."""
        now = self._now()
        if self._latest is not None and now < self._latest:
            return self._latest
        self._latest = now
        return now
