"""Cursors in shared documents: places that move with the text, of the user and of others."""

from collections.abc import Iterable

from peerline.client import ClientError
from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.participants import EditorCursor
from peerline.protocol.participants import Participant
from peerline.protocol.types import DocumentCursor
from peerline_bridge.sharing.open_file import OpenFile
from peerline_bridge.sharing.shared_files import SharedFiles

_BEFORE = 0
"""Text that is typed at a place comes before it: a cursor goes along with what its user types."""


class SharedPlaces:
    """The places in the shared documents of this editor."""

    def __init__(self, files: SharedFiles) -> None:
        self._files = files

    def of_cursor(self, cursor: EditorCursor) -> DocumentCursor | None:
        """The place of the user's cursor and selection; None outside of shared documents."""
        document = cursor.textDocument
        file = None if document is None else self._files.file_of(document.uri)
        if file is None or file.opened is None or file.joined is None:
            return None
        head = file.joined.to_shared(cursor.position)
        selection = cursor.selection
        try:
            anchor = None
            if selection is not None and selection.start != selection.end:
                at_end = selection.end == cursor.position
                other = file.joined.to_shared(selection.start if at_end else selection.end)
                anchor = file.opened.relative(other, _BEFORE)
            place = file.opened.relative(head, _BEFORE)
        except ClientError:
            return None  # it was let go of meanwhile
        return DocumentCursor(document_id=file.document_id, head=place, anchor=anchor)

    def place(self, cursor: DocumentCursor) -> tuple[str, Position, Range | None] | None:
        """The document, cursor and selection of somebody else; None if they are not known here."""
        file = self._files.file(cursor.document_id)
        if file is None or file.joined is None:
            return None
        head = _position(file, cursor.head)
        if head is None:
            return None
        anchor = None if cursor.anchor is None else _position(file, cursor.anchor)
        if anchor is None:
            return file.uri, head, None
        first, last = sorted((head, anchor), key=lambda at: (at.line, at.character))
        return file.uri, head, Range(start=first, end=last)

    @staticmethod
    def readers(document_id: str, people: Iterable[Participant]) -> list[str]:
        """The users whose cursors are in a shared document."""
        return [
            person.id
            for person in people
            if person.presence.cursor is not None
            and person.presence.cursor.at is not None
            and person.presence.cursor.at.document_id == document_id
        ]


def _position(file: OpenFile, place: tuple[int, int, int]) -> Position | None:
    if file.opened is None:
        return None
    try:
        index = file.opened.index_of(place)
    except ClientError:
        return None
    return None if index is None else file.from_shared(index)
