"""Cursors and comments in shared documents: places that move with the text."""

from collections.abc import Iterable
from typing import Any, Final

from peerline.client import ClientError
from peerline.documents.ranges import range_at
from peerline.protocol.comments import AnchorFields
from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.participants import EditorCursor
from peerline.protocol.participants import Participant
from peerline.protocol.types import DocumentCursor
from peerline_bridge.presentation.document_threads import SharedPlace
from peerline_bridge.sharing.open_file import OpenFile
from peerline_bridge.sharing.shared_files import SharedFiles

_END_OF_LINE: Final = 2**31 - 2
_BEFORE: Final = 0
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

    def anchor_at(self, uri: str, first: int, last: int) -> dict[str, Any]:
        """The wire's fields of a comment on rows, both inclusive; none outside of shared text.

        The last line end is in it only where that line has nothing else: a line whose text is
        deleted has no comment any more.
        """
        file = self._files.file_of(uri)
        if file is None or file.opened is None:
            return {}
        start = file.to_shared(Position(line=first, character=0))
        end = file.to_shared(Position(line=last, character=_END_OF_LINE))
        if end is not None and end == file.to_shared(Position(line=last, character=0)):
            end = file.to_shared(Position(line=last + 1, character=0))
        if start is None or end is None:
            return {}
        try:
            found = range_at(file.opened, start, end)
        except ClientError:
            return {}  # it was let go of meanwhile
        if found is None:
            return {}
        return {
            "document_id": file.document_id,
            "generation": file.opened.generation,
            "start": found[0],
            "end": found[1],
        }

    def of_comment(self, uri: str, anchor: AnchorFields) -> SharedPlace | None:
        """The place of a comment in a document of the editor.

        None where the document is not of this generation of the text, or has not got so far.
        """
        file = self._files.file_of(uri)
        if file is None or file.opened is None or anchor.start is None or anchor.end is None:
            return None
        if file.opened.generation != anchor.generation:
            return None
        try:
            first, last = map(file.opened.index_of, (anchor.start, anchor.end))
        except ClientError:
            return None  # it was let go of meanwhile
        if first is None or last is None:
            return None
        if first >= last:
            return SharedPlace(None)
        start, end = file.from_shared(first), file.from_shared(last)
        if start is None or end is None:
            return None
        reaches = end.character > 0 or end.line <= start.line
        return SharedPlace((start.line, end.line if reaches else end.line - 1))

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
