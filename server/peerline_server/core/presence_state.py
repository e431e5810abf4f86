"""One participant's presence as the server keeps it: small, quick to compare and to encode. Pure.

Models of pydantic check what comes from outside; what is kept and sent here was checked on its way
in. The encoding is held equal to that of the models by a property test.
"""

from functools import lru_cache
from typing import Literal, NamedTuple

from pydantic_core import to_json

from peerline.protocol.presence import Cursor, Presence, Selection, Viewport
from peerline.protocol.types import DocumentCursor, Status


class CursorState(NamedTuple):
    """1-based; the column in UTF-16 code units. `cell` is that of a notebook."""

    file: str
    line: int
    col: int
    at: DocumentCursor | None = None
    cell: int | None = None


class SelectionState(NamedTuple):
    """A range in the cursor's file with an exclusive end."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class ViewportState(NamedTuple):
    """The visible lines, both inclusive."""

    file: str
    start: int
    end: int


class PresenceState(NamedTuple):
    """The fields of `Presence`, without the model."""

    status: Status = Status.ACTIVE
    cursor: CursorState | None = None
    selection: SelectionState | None = None
    viewport: ViewportState | None = None
    typing_in: Literal["chat"] | None = None
    documents: tuple[str, ...] = ()

    def to_payload(self) -> Presence:
        """The model, for a snapshot."""
        cursor, chosen, seen = self.cursor, self.selection, self.viewport
        return Presence(
            status=self.status,
            typing_in=self.typing_in,
            cursor=None
            if cursor is None
            else Cursor(
                file=cursor.file,
                line=cursor.line,
                col=cursor.col,
                at=cursor.at,
                cell=cursor.cell,
            ),
            selection=None
            if chosen is None
            else Selection(
                start_line=chosen.start_line,
                start_column=chosen.start_column,
                end_line=chosen.end_line,
                end_column=chosen.end_column,
            ),
            viewport=None
            if seen is None
            else Viewport(file=seen.file, start=seen.start, end=seen.end),
            documents=list(self.documents) or None,
        )


def presence_update(session_id: str, user_id: str, presence: str) -> bytes:
    """The JSON of a `presence_update` to clients, in UTF-8; `presence` is that of its presence."""
    return f"{_head(session_id, user_id)}{presence}}}".encode()


def presence_json(state: PresenceState) -> str:
    """The JSON of `Presence`."""
    status, cursor, chosen, seen, typing_in, documents = state
    parts = [f'"status":"{status.value}"']
    if typing_in is not None:
        parts.append(f'"typing_in":"{typing_in}"')
    if cursor is not None:
        file, line, col, at, cell = cursor
        place = "" if at is None else f',"at":{at.model_dump_json(exclude_none=True)}'
        if cell is not None:
            place += f',"cell":{cell}'
        parts.append(f'"cursor":{{"file":{_quoted(file)},"line":{line},"col":{col}{place}}}')
    if chosen is not None:
        parts.append(
            f'"selection":{{"start_line":{chosen.start_line},"start_column":{chosen.start_column},'
            f'"end_line":{chosen.end_line},"end_column":{chosen.end_column}}}'
        )
    if seen is not None:
        file, start, end = seen
        parts.append(f'"viewport":{{"file":{_quoted(file)},"start":{start},"end":{end}}}')
    if documents:
        parts.append(f'"documents":[{",".join(map(_quoted, documents))}]')
    return f"{{{','.join(parts)}}}"


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return to_json(text).decode()


@lru_cache(maxsize=4096)
def _head(session_id: str, user_id: str) -> str:
    return (
        f'{{"type":"presence_update","session_id":{_quoted(session_id)},'
        f'"user_id":{_quoted(user_id)},"presence":'
    )
