"""Users who leave: at once, or after a grace for those whose connection broke."""

import asyncio
from collections.abc import Callable

from peerline_server.core.records import Committed
from peerline_server.core.session import Session
from peerline_server.runtime.appending import AppendEvent, AppendOutcome
from peerline_server.runtime.connections import Connections
from peerline_server.runtime.context import Context


class Departures:
    """The leaves of one session, in turn with the joins of the same user."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        session: Session,
        connections: Connections,
        context: Context,
        append: AppendEvent,
        *,
        grace_seconds: float,
        on_idle: Callable[[], None],
    ) -> None:
        """`on_idle` is called at the end of each turn of a user."""
        self._session = session
        self._connections = connections
        self._context = context
        self._append = append
        self._grace_seconds = grace_seconds
        self._on_idle = on_idle
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._is_over = False

    @property
    def is_idle(self) -> bool:
        """Whether nobody joins, leaves or is about to leave."""
        return not self._locks and not self._timers

    def hold(self, user_id: str) -> "UserTurn":
        """The user's turn: joins and leaves of one user happen one after the other."""
        return UserTurn(self._locks, self._waiting, user_id, self._on_idle)

    def schedule(self, user_id: str, grace_seconds: float | None = None) -> None:
        """Have the user leave after the grace, or another time, unless a connection comes back."""
        self.cancel(user_id)
        if self._is_over or self._context.draining.is_set():
            return
        seconds = self._grace_seconds if grace_seconds is None else grace_seconds
        self._timers[user_id] = self._context.loop.call_later(seconds, self.begin, user_id)

    def cancel(self, user_id: str) -> None:
        """The user is back, or has been removed."""
        timer = self._timers.pop(user_id, None)
        if timer is not None:
            timer.cancel()

    def cancel_all(self) -> None:
        """Nobody leaves automatically any more."""
        self._is_over = True
        self.cancel_timers()

    def cancel_timers(self) -> None:
        """Nobody of those who are gone leaves, unless they are scheduled again."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def begin(self, user_id: str) -> None:
        """Have the user leave now."""
        self.cancel(user_id)
        self._context.spawn(self._leave(user_id), "leave")

    async def _leave(self, user_id: str) -> None:
        async with self.hold(user_id):
            if self._is_over:
                return  # the session goes on elsewhere, where they may come back
            if self._connections.count_of(user_id) or not self._session.is_active(user_id):
                return
            event = self._session.leave_event(user_id, self._context.now())
            done = self._context.loop.create_future()

            def finish(outcome: AppendOutcome) -> None:
                if not done.done():
                    done.set_result(isinstance(outcome, Committed))

            self._append(event, finish)
            if not await done:
                # The store is away: the user stays shown until it is back.
                self.schedule(user_id)


class UserTurn:
    """An async context manager: one join or leave of a user at a time."""

    def __init__(
        self,
        locks: dict[str, asyncio.Lock],
        waiting: dict[str, int],
        user_id: str,
        on_idle: Callable[[], None],
    ) -> None:
        self._locks = locks
        self._waiting = waiting
        self._user_id = user_id
        self._on_idle = on_idle

    async def __aenter__(self) -> None:
        lock = self._locks.setdefault(self._user_id, asyncio.Lock())
        self._waiting[self._user_id] = self._waiting.get(self._user_id, 0) + 1
        try:
            await lock.acquire()
        except BaseException:
            self._done()
            raise

    async def __aexit__(self, *_error: object) -> None:
        self._locks[self._user_id].release()
        self._done()
        self._on_idle()

    def _done(self) -> None:
        self._waiting[self._user_id] -= 1
        if not self._waiting[self._user_id]:
            del self._waiting[self._user_id], self._locks[self._user_id]
