"""Edits of shared documents for the activity: a row per user, document and minute. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from peerline_server.core.records import NewDocumentEdit

EVERY: Final = timedelta(minutes=1)
"""The time that one row covers."""


@dataclass(slots=True)
class DocumentEdits:
    """The open rows of one session: at most one per user and document."""

    session_id: str
    _open: dict[tuple[str, str], NewDocumentEdit] = field(
        default_factory=dict[tuple[str, str], NewDocumentEdit]
    )

    def add(  # noqa: PLR0913 - the parts of a row
        self,
        user_id: str,
        document_id: str,
        file: str,
        *,
        inserted: int,
        deleted: int,
        now: datetime,
    ) -> None:
        """The user has changed the document. The file is that of the latest change."""
        if not inserted and not deleted:
            return
        key = (user_id, document_id)
        row = self._open.get(key) or NewDocumentEdit(
            self.session_id, user_id, document_id, file, 0, 0, now, now
        )
        self._open[key] = replace(
            row,
            file=file,
            inserted=row.inserted + inserted,
            deleted=row.deleted + deleted,
            until=now,
        )

    def take_due(self, now: datetime) -> list[NewDocumentEdit]:
        """The rows whose minute is over."""
        due = [key for key, row in self._open.items() if now - row.since >= EVERY]
        return [self._open.pop(key) for key in due]

    def take_all(self) -> list[NewDocumentEdit]:
        """Every row, as the session is unloaded."""
        rows = list(self._open.values())
        self._open.clear()
        return rows
