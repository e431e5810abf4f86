"""The local user's status, from what they do: active, typing, idle, away. Pure.

The times are in `peerline.protocol.editor.defaults`.
"""

from dataclasses import dataclass
from typing import Literal

from peerline.protocol.editor.defaults import TYPING_SECONDS
from peerline.protocol.types import Status


@dataclass(slots=True)
class Activity:
    """Times are monotonic seconds, given by the caller."""

    idle_after: float
    away_after: float
    last_input: float
    _last_typed: float = float("-inf")
    _typed_in_chat: bool = False
    _manual: Status | None = None

    def input(self, now: float) -> None:
        """The user moved. A status that was set by hand ends, except away."""
        self.last_input = now
        if self._manual is not Status.AWAY:
            self._manual = None

    def typed(self, now: float, *, in_chat: bool = False) -> None:
        """The user changed a text: a file, or a message for the chat."""
        self.input(now)
        self._last_typed = now
        self._typed_in_chat = in_chat

    def said(self) -> None:
        """The message that the user was writing is sent."""
        if self._typed_in_chat:
            self._last_typed = float("-inf")

    def set(self, status: Status, now: float) -> None:
        """The user chose a status; active returns to what they do."""
        self.last_input = now
        self._manual = None if status is Status.ACTIVE else status

    def status(self, now: float) -> Status:
        """The status at `now`."""
        if self._manual is not None:
            return self._manual
        silent = now - self.last_input
        if silent >= self.away_after:
            return Status.AWAY
        if silent >= self.idle_after:
            return Status.IDLE
        return Status.TYPING if now - self._last_typed < TYPING_SECONDS else Status.ACTIVE

    def typing_in(self, now: float) -> Literal["chat"] | None:
        """Return where the user types, if the status at `now` is typing and it is no file."""
        is_typing = self.status(now) is Status.TYPING and self._typed_in_chat
        return "chat" if is_typing else None

    def next_change(self, now: float) -> float | None:
        """Return the seconds until the status changes without input."""
        if self._manual is not None:
            return None
        moments = [
            self._last_typed + TYPING_SECONDS,
            self.last_input + self.idle_after,
            self.last_input + self.away_after,
        ]
        later = [moment - now for moment in moments if moment > now]
        return min(later) if later else None
