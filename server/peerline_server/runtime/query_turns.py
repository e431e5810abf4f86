"""Gives the users who ask the store their turns: a user who asks much waits behind the others.

The store reads one query after the other. Without turns, hundreds of one user would all be
answered before the first one of another, and before a session is loaded for a join. One at a time
leaves the event loop to the others, as each rests between its slices.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

MAX_RUNNING: Final = 1
"""Queries under way at once."""


class QueryTurns:
    """One for all users of a server. A user has one query under way; the others wait in order."""

    def __init__(self, *, most: int = MAX_RUNNING) -> None:
        self._most = most
        self._running: set[str] = set()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        """The user whose turn is next comes first."""

    @asynccontextmanager
    async def turn(self, user_id: str) -> AsyncGenerator[None]:
        """Wait for the user's turn, and have it until the end of the block."""
        if user_id in self._running or user_id in self._waiting or self._is_full:
            await self._wait(user_id)
        else:
            self._running.add(user_id)
        try:
            yield
        finally:
            self._running.discard(user_id)
            self._begin_next()

    @property
    def _is_full(self) -> bool:
        return len(self._running) >= self._most

    async def _wait(self, user_id: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user_id, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # It was given at the same moment: the next one gets it.
                self._running.discard(user_id)
                self._begin_next()
            else:
                self._forget(user_id, turn)
            raise

    def _forget(self, user_id: str, turn: "asyncio.Future[None]") -> None:
        mine = self._waiting.get(user_id)
        if mine is None:
            return
        with suppress(ValueError):
            mine.remove(turn)
        if not mine:
            del self._waiting[user_id]

    def _begin_next(self) -> None:
        for user_id in list(self._waiting):
            if self._is_full:
                return
            if user_id not in self._running:
                mine = self._waiting.pop(user_id)
                turn = mine.popleft()
                if mine:
                    self._waiting[user_id] = mine  # behind the others
                self._running.add(user_id)
                turn.set_result(None)
