"""Watches whether a host is here, and has an editor stand in when none is."""

import asyncio
from typing import Final

from peerline_server.core.records import Committed
from peerline_server.core.session import Session
from peerline_server.runtime.appending import AppendEvent, AppendOutcome
from peerline_server.runtime.context import Context

_RETRY_SECONDS: Final = 1.0
"""After the store failed to keep a promotion; a longer grace counts instead."""


class HostWatch:
    """Promotes after the grace if no host is here, and takes it back when one returns."""

    def __init__(
        self, session: Session, context: Context, append: AppendEvent, *, grace_seconds: float
    ) -> None:
        self._session = session
        self._context = context
        self._append = append
        self._grace_seconds = grace_seconds
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False

    def look(self) -> None:
        """Decide again: somebody joined, left or has another role."""
        now = self._context.now()
        for event in self._session.return_of_host(now):
            self._append(event, self._try_again_later)
        if self._session.promotion(now) is None:
            self._cancel_timer()
        elif self._timer is None:
            self._timer = self._context.loop.call_later(self._grace_seconds, self._promote)

    def stop(self) -> None:
        """Promote nobody any more."""
        self._is_over = True
        self._cancel_timer()

    def _promote(self) -> None:
        self._timer = None
        event = self._session.promotion(self._context.now())
        if event is not None:
            self._append(event, self._try_again_later)

    def _try_again_later(self, outcome: AppendOutcome) -> None:
        """A disk that fails for a while must not leave a session without a host."""
        if not isinstance(outcome, Committed) and not self._has_ended:
            seconds = max(self._grace_seconds, _RETRY_SECONDS)
            self._context.loop.call_later(seconds, self._look_again)

    def _look_again(self) -> None:
        if not self._has_ended:
            self.look()

    @property
    def _has_ended(self) -> bool:
        return self._is_over or self._context.is_stopping

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
