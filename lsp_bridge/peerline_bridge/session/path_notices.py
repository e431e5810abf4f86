"""Notices about paths: a file that cannot be shared, and roots that differ; each of them once."""

from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import unquote

from peerline.client import Change, PresenceMoved, Replica, Reset
from peerline.protocol.editor.session import NoticeLevel
from peerline.protocol.presence import Cursor
from peerline_bridge.guard import Guard
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.root_mismatch import RootMismatch

MAX_FILES: Final = 100
"""Files of which it is told in one session that they are not shared."""


class PathNotices:
    """The news about paths that a user needs in the session at hand.

    Args:
        notify: shows a notice, given its code and text.
        guard: keeps a failure from stopping more than the notice.
    """

    def __init__(
        self, locations: Locations, notify: Callable[[NoticeLevel, str, str], None], guard: Guard
    ) -> None:
        self._locations = locations
        self._notify = notify
        self._guard = guard
        self._told: set[str] = set()
        self._mismatch = RootMismatch()

    def begin(self) -> None:
        """Another session."""
        self._told.clear()
        self._mismatch = RootMismatch()

    def unshared(self, uri: str) -> None:
        """The cursor is in a document that has no path for the others."""
        if uri in self._told or len(self._told) >= MAX_FILES:
            return
        reason = self._locations.why_unshared(uri)
        if reason is None:
            return
        self._told.add(uri)
        name = unquote(uri).rpartition("/")[2]
        self._notify(
            NoticeLevel.INFO, "NOT_SHARED", f"{name} {reason.value}. Others do not see you there."
        )

    def changed(self, changes: Iterable[Change], replica: Replica) -> None:
        """Others may have come to files that are not here."""
        for change in changes:
            if isinstance(change, PresenceMoved):
                people = [change.participant]
            else:
                people = replica.participants.values() if isinstance(change, Reset) else ()
            for person in people:
                self._guard.run("comparing paths", self._observe, person.presence.cursor)

    def _observe(self, cursor: Cursor | None) -> None:
        if cursor is None or not self._mismatch.is_news(cursor.file):
            return
        locations = self._locations

        def exists(file: str) -> bool:
            if file == cursor.file and locations.uri_of(file) is not None:
                return True
            return locations.workspace.has_plain(file)

        mine = [locations.file_of(document.uri) for document in locations.documents.all()]
        text = self._mismatch.observe(
            cursor.file,
            exists,
            [file for file in mine if file is not None],
            locations.workspace.paths.prefixes(),
        )
        if text is not None:
            self._notify(NoticeLevel.WARNING, "OTHER_ROOT", text)
