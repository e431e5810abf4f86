"""Users who wait for a host to admit them. Pure state.

The time that they wait is the setting `approval_seconds`, in `joining`.
"""

from asyncio import Future
from dataclasses import dataclass

from peerline.protocol.moderation import PendingJoin


@dataclass(frozen=True, slots=True)
class _Waiting:
    join: PendingJoin
    answer: "Future[bool]"


class WaitingRoom:
    """The pending joins of one session, in the order in which they asked."""

    def __init__(self, max_pending: int) -> None:
        self._max_pending = max_pending
        self._waiting: dict[str, _Waiting] = {}

    def pending(self) -> list[PendingJoin]:
        """The joins that wait."""
        return [waiting.join for waiting in self._waiting.values()]

    @property
    def is_full(self) -> bool:
        """Whether nobody else may wait."""
        return len(self._waiting) >= self._max_pending

    def enter(self, join: PendingJoin, answer: "Future[bool]") -> None:
        """Wait from now on. A user waits once: the caller holds the user's turn."""
        self._waiting[join.user_id] = _Waiting(join, answer)

    def leave(self, user_id: str) -> None:
        """Wait no longer."""
        self._waiting.pop(user_id, None)

    def answer(self, user_id: str, *, allow: bool) -> bool:
        """Admit the user or turn them away; whether they waited."""
        waiting = self._waiting.get(user_id)
        if waiting is None or waiting.answer.done():
            return False
        waiting.answer.set_result(allow)
        return True

    def turn_all_away(self) -> None:
        """The session is over."""
        for user_id in list(self._waiting):
            self.answer(user_id, allow=False)
