"""Positions and ranges between bridge and editor plugin."""

from typing import Annotated

from pydantic import Field

from peerline.protocol.types import ClientModel

LineIndex = Annotated[int, Field(strict=True, ge=0, le=2_147_483_646)]


class Position(ClientModel):
    """LSP Position."""

    line: LineIndex
    character: LineIndex


class Range(ClientModel):
    """LSP Range; the end is exclusive."""

    start: Position
    end: Position


class LineRange(ClientModel):
    """Whole lines, 0-based, both inclusive."""

    start: LineIndex
    end: LineIndex


# --- plugin → bridge -----------------------------------------------------------------------


class DocumentId(ClientModel):
    """LSP TextDocumentIdentifier with the version that the position belongs to."""

    uri: str
    version: int | None = None
