"""The entries of this node's sessions that are due to be written. Pure."""

from collections.abc import Mapping
from typing import Final

from peerline_server.directory.base import SESSION_SECONDS, SessionEntry

REFRESH_SECONDS: Final = SESSION_SECONDS / 3
"""Entries that have not changed are written again: they do not expire, even if one write fails."""


class Plan:
    """The entries that this node has written, and when."""

    def __init__(self) -> None:
        self._written: dict[str, tuple[SessionEntry, float]] = {}

    def due(self, entries: Mapping[str, SessionEntry], now: float) -> dict[str, SessionEntry]:
        """The entries that have changed, or would soon expire."""
        return {
            session_id: entry
            for session_id, entry in entries.items()
            if (last := self._written.get(session_id)) is None
            or last[0] != entry
            or now - last[1] >= REFRESH_SECONDS
        }

    def gone(self, entries: Mapping[str, SessionEntry]) -> dict[str, int]:
        """The sessions that this node had before and has no longer, with their fences."""
        return {
            session_id: entry.fence
            for session_id, (entry, _) in self._written.items()
            if session_id not in entries
        }

    def put(self, entries: Mapping[str, SessionEntry], now: float) -> None:
        """These are written."""
        self._written |= {session_id: (entry, now) for session_id, entry in entries.items()}

    def removed(self, fences: Mapping[str, int]) -> None:
        """These are removed."""
        for session_id in fences:
            del self._written[session_id]
