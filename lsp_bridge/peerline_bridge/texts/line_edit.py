"""An edit of whole lines of a document, as an editor is asked to make it. Pure."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from peerline.protocol.editor.base import Position, Range
from peerline_bridge.texts.positions import Encoding, content_of, units_before


@dataclass(frozen=True, slots=True)
class LineEdit:
    """The text of a range is replaced by another one."""

    uri: str
    version: int | None
    """Of the open document; None if it is closed."""
    range: Range
    text: str


ApplyEdit = Callable[[LineEdit], Awaitable[bool]]
"""Asks the editor to make an edit; whether it did."""


def replace_rows(
    lines: Sequence[str], first: int, last: int, new: Sequence[str], encoding: Encoding
) -> tuple[Range, str]:
    """Return the range and the text that put `new` in the place of rows `first` to `last`.

    What surrounds them stays untouched, and so do the ends of the lines as far as there are any.
    """
    if not new:
        return _without_rows(lines, first, last, encoding)
    end = Position(line=last, character=_width(lines[last], encoding))
    text = _line_end(lines, first).join(new)
    return Range(start=Position(line=first, character=0), end=end), text


def _without_rows(
    lines: Sequence[str], first: int, last: int, encoding: Encoding
) -> tuple[Range, str]:
    start = Position(line=first, character=0)
    if last + 1 < len(lines):
        return Range(start=start, end=Position(line=last + 1, character=0)), ""
    if first > 0:
        # The last line has no end of its own: that of the line before goes.
        start = Position(line=first - 1, character=_width(lines[first - 1], encoding))
    return Range(start=start, end=Position(line=last, character=_width(lines[last], encoding))), ""


def _width(line: str, encoding: Encoding) -> int:
    return units_before(line, len(content_of(line)), encoding)


def _line_end(lines: Sequence[str], row: int) -> str:
    """The end of the line, or of the one before if it has none."""
    for line in (lines[row], lines[max(0, row - 1)]):
        end = line[len(content_of(line)) :]
        if end:
            return end
    return "\n"
