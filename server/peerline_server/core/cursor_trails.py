"""Cursor trails: the lines of a cursor, a row per participant and a few seconds. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from peerline_server.core.presence_state import CursorState
from peerline_server.core.records import NewCursorTrail


@dataclass(slots=True)
class CursorTrails:
    """The open trails of one session: at most one per participant.

    `every` is the time that one row covers; zero keeps no trails at all.
    """

    session_id: str
    every: timedelta
    _open: dict[str, NewCursorTrail]

    def __init__(self, session_id: str, every: timedelta) -> None:
        self.session_id = session_id
        self.every = every
        self._open = {}

    def add(self, moved: Iterable[tuple[str, CursorState]], now: datetime) -> None:
        """These cursors have moved and are here now. The file is that of the latest one."""
        if not self.every:
            return
        for user_id, cursor in moved:
            # The lines of a cell are none of the file.
            line = cursor.line if cursor.cell is None else 1
            before = self._open.get(user_id)
            if before is None:
                before = NewCursorTrail(self.session_id, user_id, cursor.file, line, line, now, now)
            is_same_file = before.file == cursor.file
            self._open[user_id] = replace(
                before,
                file=cursor.file,
                start_line=min(before.start_line, line) if is_same_file else line,
                end_line=max(before.end_line, line) if is_same_file else line,
                until=now,
            )

    def take_due(self, now: datetime) -> list[NewCursorTrail]:
        """The rows whose time is over."""
        due = [trail for trail in self._open.values() if now - trail.since >= self.every]
        for trail in due:
            del self._open[trail.user_id]
        return due

    def take_all(self) -> list[NewCursorTrail]:
        """Every row, as the session is unloaded."""
        rows = list(self._open.values())
        self._open.clear()
        return rows
