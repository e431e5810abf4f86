"""Presence: the latest status, cursor and viewport of each participant, and what is unsent.

The time after which typing ends is the setting `typing_seconds`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from peerline.protocol.presence import CursorUpdate, PresenceUpdate
from peerline.protocol.types import Status
from peerline_server.core.presence_state import (
    CursorState,
    PresenceState,
    SelectionState,
    ViewportState,
)

_HERE = PresenceState()


@dataclass(slots=True)
class PresenceBoard:
    """The presence of one session. Ephemeral: it is never stored, and the last write wins."""

    typing_lifetime: timedelta
    _states: dict[str, PresenceState] = field(default_factory=dict[str, PresenceState])
    _typing_since: dict[str, datetime] = field(default_factory=dict[str, datetime])
    _dirty: dict[str, None] = field(default_factory=dict[str, None])
    _moved: dict[str, None] = field(default_factory=dict[str, None])

    def get(self, user_id: str) -> PresenceState:
        """The user's presence; active and nowhere if nothing is known."""
        return self._states.get(user_id, _HERE)

    def move_cursor(self, user_id: str, message: CursorUpdate) -> None:
        """Take over the cursor and the selection."""
        data = message.data
        chosen = data.selection
        self._moved[user_id] = None
        self._change(
            user_id,
            self.get(user_id)._replace(
                cursor=CursorState(data.file, data.line, data.column),
                selection=None
                if chosen is None
                else SelectionState(
                    chosen.start_line, chosen.start_column, chosen.end_line, chosen.end_column
                ),
            ),
        )

    def update(self, user_id: str, message: PresenceUpdate, now: datetime) -> None:
        """Take over the status and the viewport, whichever is given."""
        before = self.get(user_id)
        status = before.status if message.status is None else message.status
        seen = message.viewport
        if message.status is Status.TYPING:
            self._typing_since[user_id] = now
        elif message.status is not None:
            self._typing_since.pop(user_id, None)
        self._change(
            user_id,
            before._replace(
                status=status,
                typing_in=before.typing_in if message.status is None else message.typing_in,
                viewport=before.viewport
                if seen is None
                else ViewportState(seen.file, seen.start_line, seen.end_line),
            ),
        )

    def remove(self, user_id: str) -> None:
        """Forget a user who has left."""
        self._states.pop(user_id, None)
        self._typing_since.pop(user_id, None)
        self._dirty.pop(user_id, None)
        self._moved.pop(user_id, None)

    def end_stale_typing(self, now: datetime) -> bool:
        """Make everyone active who has been typing for too long; whether anyone was."""
        stale = [
            user_id
            for user_id, since in self._typing_since.items()
            if now - since >= self.typing_lifetime
        ]
        for user_id in stale:
            del self._typing_since[user_id]
            self._change(user_id, self.get(user_id)._replace(status=Status.ACTIVE, typing_in=None))
        return bool(stale)

    @property
    def has_typing(self) -> bool:
        """Whether somebody's status will have to be ended in time."""
        return bool(self._typing_since)

    def take_dirty(self) -> list[tuple[str, PresenceState]]:
        """The states that changed since they were last taken, each once."""
        taken = [(user_id, self._states[user_id]) for user_id in self._dirty]
        self._dirty.clear()
        return taken

    def take_moved(self) -> list[tuple[str, CursorState]]:
        """The cursors that moved since they were last taken, each once, where they are now."""
        moved = [
            (user_id, cursor)
            for user_id in self._moved
            if (cursor := self.get(user_id).cursor) is not None
        ]
        self._moved.clear()
        return moved

    def _change(self, user_id: str, presence: PresenceState) -> None:
        if self._states.get(user_id) != presence:
            self._states[user_id] = presence
            self._dirty[user_id] = None
