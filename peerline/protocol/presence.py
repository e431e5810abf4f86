"""Presence on the wire: status, cursors, selections and viewports."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from typing import Literal, Self

from pydantic import model_validator

from peerline.protocol.base import ClientMessageBase, ServerMessageBase
from peerline.protocol.types import (
    ClientModel,
    ColumnNumber,
    DocumentCursor,
    FilePath,
    ItemId,
    LineNumber,
    ServerModel,
    Status,
    Text,
    Timestamp,
    UserId,
)


class Cursor(ServerModel):
    """A cursor's position: a 1-based line and a 1-based UTF-16 column.

    `at` is the same in a shared document, where it moves with the text. In a notebook `cell` is the
    1-based number of the cell, and the line is one of that.
    """

    file: FilePath
    line: LineNumber
    col: ColumnNumber
    at: DocumentCursor | None = None
    cell: LineNumber | None = None


class Selection(ServerModel):
    """A selected range in the cursor's file; the end is exclusive and never before the start."""

    start_line: LineNumber
    start_column: ColumnNumber
    end_line: LineNumber
    end_column: ColumnNumber


class Viewport(ServerModel):
    """The lines that an editor shows, both inclusive."""

    file: FilePath
    start: LineNumber
    end: LineNumber


class Presence(ServerModel):
    """The latest ephemeral state of one participant. Fields that are absent are not known.

    `documents` are the ids of the shared documents that they have open, as the server knows it.
    """

    status: Status = Status.ACTIVE
    typing_in: Literal["chat"] | None = None
    cursor: Cursor | None = None
    selection: Selection | None = None
    viewport: Viewport | None = None
    documents: list[ItemId] | None = None


class SelectionData(ClientModel):
    """A selected range in the cursor's file; the end is exclusive."""

    start_line: LineNumber
    start_column: ColumnNumber
    end_line: LineNumber
    end_column: ColumnNumber

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if (self.end_line, self.end_column) < (self.start_line, self.start_column):
            raise ValueError("the selection ends before it starts")
        return self


class CursorData(ClientModel):
    """The cursor and the selection; without one, nothing is selected.

    `at` is the cursor in a shared document; it is passed on as it is. `cell` is the number of a
    notebook's cell, in which the lines and columns are.
    """

    file: FilePath
    line: LineNumber
    column: ColumnNumber
    selection: SelectionData | None = None
    at: DocumentCursor | None = None
    cell: LineNumber | None = None


class CursorUpdate(ClientMessageBase):
    """My cursor moved or my selection changed; without `data` it is in no file of the session."""

    type: Literal["cursor_update"] = "cursor_update"
    data: CursorData | None = None


class ViewportData(ClientModel):
    """The lines that my editor shows, both inclusive."""

    file: FilePath
    start_line: LineNumber
    end_line: LineNumber

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end_line < self.start_line:
            raise ValueError("the viewport ends before it starts")
        return self


class PresenceUpdate(ClientMessageBase):
    """My status or viewport changed; what is absent stays as it was.

    `typing_in` goes with the status `typing`: a message for the chat is being written, not a file.
    """

    type: Literal["presence_update"] = "presence_update"
    status: Status | None = None
    typing_in: Literal["chat"] | None = None
    viewport: ViewportData | None = None


class Summon(ClientMessageBase):
    """Ask everybody to come to where the host is; whether they do is for their editors to say."""

    type: Literal["summon"] = "summon"


class PresenceChanged(ServerMessageBase):
    """The latest presence of one participant, whole: it replaces what was known."""

    type: Literal["presence_update"] = "presence_update"
    user_id: UserId
    presence: Presence


class Summoned(ServerMessageBase):
    """A host asks everybody to come. It is ephemeral: a client that is away misses nothing."""

    type: Literal["summoned"] = "summoned"
    user_id: UserId
    username: Text
    timestamp: Timestamp
