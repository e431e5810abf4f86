r"""Lines and columns of an editor's text as offsets in code points, and back.

The text here has LF line ends, as the shared one does; the editor's own are known only where text
is inserted. Lines are kept in blocks whose lengths are known, so that a key costs a walk over the
blocks and one line, and not over the text.
"""

from collections.abc import Sequence
from typing import Final

from peerline.documents.delta import Delta, composed, replacement
from peerline.documents.difference import difference
from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.documents import TextEdit
from peerline_bridge.texts.open_texts import TextChange
from peerline_bridge.texts.positions import Encoding, index_within, units_before

BLOCK_LINES: Final = 256
"""A block is cut in two when it has twice as many lines."""


class _Block:
    r"""Some lines, each with its `\n`, and the code points that they have together."""

    __slots__ = ("length", "lines")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.length = sum(map(len, lines))


class EditorText:
    r"""One text of the editor, at a version.

    Args:
        text: The text as the editor tells it.
        encoding: How the editor counts characters.
        keeps_cr: Whether a `\r` that ends no line is a character inside of a line for the editor.
    """

    def __init__(self, text: str, encoding: Encoding, *, keeps_cr: bool = False) -> None:
        self._encoding = encoding
        self._keeps_cr = keeps_cr
        self.line_end = line_end_of(text)
        self._blocks: list[_Block] = []
        self._length = 0
        self.take(text)

    @property
    def text(self) -> str:
        """The whole text, with LF line ends."""
        return "".join(["".join(block.lines) for block in self._blocks])

    def take(self, text: str) -> None:
        """Have this text instead, as the editor tells it."""
        self.line_end = line_end_of(text)
        lines = _lines(self._with_lf(text))
        self._blocks = _blocks(lines)
        self._length = sum(block.length for block in self._blocks)

    def change(self, changes: Sequence[TextChange]) -> Delta:
        """Carry out the changes of one didChange, each on the text after the ones before."""
        return composed([self._change(change) for change in changes])

    def change_by(self, edits: Sequence[TextEdit]) -> Delta:
        """The change that edits would make here, the last place first."""
        text = EditorText(self.text, self._encoding, keeps_cr=self._keeps_cr)
        text.line_end = self.line_end
        return text.change([TextChange(each.newText, each.range) for each in edits])

    def edits(self, delta: Delta) -> list[TextEdit]:
        """The edits that make a change, the last place first."""
        edits: list[TextEdit] = []
        at = 0
        inserted = ""
        for operation in (*delta, 0):
            if isinstance(operation, str):
                inserted = operation
                continue
            if operation < 0 or inserted:
                end = at - min(0, operation)
                where = Range(start=self.position(at), end=self.position(end))
                edits.append(TextEdit(range=where, newText=self._with_ends(inserted)))
                inserted = ""
            at += abs(operation)
        edits.reverse()
        return edits

    def offset(self, position: Position) -> int:
        """The offset of a position; one that is nowhere is moved to where there is text."""
        block, row, before = self._find_row(position.line)
        if block is None:
            return self._length
        line = block.lines[row]
        start = before + sum(map(len, block.lines[:row]))
        return start + index_within(line, position.character, self._encoding, _content(line))

    def position(self, offset: int) -> Position:
        """The position of an offset; behind the end of the text, its end."""
        left = min(max(offset, 0), self._length)
        row = 0
        last = self._blocks[-1]
        for block in self._blocks:
            if left < block.length or block is last:
                for line in block.lines:
                    # The last line of the text ends without a line end, maybe empty.
                    if left < len(line) or not line.endswith("\n"):
                        return Position(
                            line=row, character=units_before(line, left, self._encoding)
                        )
                    left -= len(line)
                    row += 1
            left -= block.length
            row += len(block.lines)
        raise AssertionError("the last line has no line end")  # pragma: no cover

    def _change(self, change: TextChange) -> Delta:
        if change.range is None:
            before = self.text
            self.take(change.text)
            return difference(before, self.text)
        start = self.offset(change.range.start)
        end = max(start, self.offset(change.range.end))
        inserted = self._with_lf(change.text)
        if start == end:
            self._splice(start, end, inserted)
            return replacement(start, 0, inserted)
        # An editor tells one range for all that a command changed: what stays in it is no edit.
        replaced = self._between(start, end)
        self._splice(start, end, inserted)
        return difference(replaced, inserted, start)

    def _between(self, start: int, end: int) -> str:
        """The text from one offset to another."""
        first, first_row, in_first = self._find_offset(start)
        last, last_row, in_last = self._find_offset(end)
        if first == last:
            lines = self._blocks[first].lines[first_row : last_row + 1]
        else:
            lines = [
                *self._blocks[first].lines[first_row:],
                *(line for block in self._blocks[first + 1 : last] for line in block.lines),
                *self._blocks[last].lines[: last_row + 1],
            ]
        beyond = len(lines[-1]) - in_last
        text = "".join(lines)
        return text[in_first : len(text) - beyond]

    def _splice(self, start: int, end: int, inserted: str) -> None:
        """Replace the text from one offset to another."""
        first, first_row, in_first = self._find_offset(start)
        last, last_row, in_last = self._find_offset(end)
        head = self._blocks[first].lines[first_row][:in_first]
        tail = self._blocks[last].lines[last_row][in_last:]
        new = _lines(head + inserted + tail)
        is_at_end = last == len(self._blocks) - 1 and last_row == len(self._blocks[last].lines) - 1
        if not is_at_end:
            # The tail ends with a line end, so that nothing is behind it.
            new.pop()
        self._length += len(inserted) - (end - start)
        block = self._blocks[first]
        if first == last:
            block.lines[first_row : last_row + 1] = new
            block.length += len(inserted) - (end - start)
        else:
            rest = self._blocks[last].lines[last_row + 1 :]
            self._blocks[first : last + 1] = [block]
            block.lines[first_row:] = [*new, *rest]
            block.length = sum(map(len, block.lines))
        if len(block.lines) > 2 * BLOCK_LINES:
            self._blocks[first : first + 1] = _blocks(block.lines)

    def _find_row(self, row: int) -> tuple[_Block | None, int, int]:
        """The block of a row, the row in it, and the code points before the block."""
        before = 0
        for block in self._blocks:
            if row < len(block.lines):
                return block, row, before
            row -= len(block.lines)
            before += block.length
        return None, 0, before

    def _find_offset(self, offset: int) -> tuple[int, int, int]:
        """The block, the line in it and the code point in that of an offset."""
        last = len(self._blocks) - 1
        for number, block in enumerate(self._blocks):
            if offset < block.length or number == last:
                for row, line in enumerate(block.lines):
                    if offset < len(line) or not line.endswith("\n"):
                        return number, row, offset
                    offset -= len(line)
            offset -= block.length
        raise AssertionError("the last line has no line end")  # pragma: no cover

    def _with_lf(self, text: str) -> str:
        return with_lf(text, self.line_end, keeps_cr=self._keeps_cr)

    def _with_ends(self, text: str) -> str:
        return text.replace("\n", "\r\n") if self.line_end == "\r\n" else text


def line_end_of(text: str) -> str:
    r"""The line end of a text: `\r\n` if all its lines end so, else `\n`."""
    ends = text.count("\n")
    return "\r\n" if ends and text.count("\r\n") == ends else "\n"


def with_lf(text: str, line_end: str, *, keeps_cr: bool) -> str:
    r"""The text with LF line ends.

    Args:
        text: A text of an editor.
        line_end: The line end of the editor's document.
        keeps_cr: Whether a `\r` that ends no line is a character inside of a line.
    """
    if "\r" not in text:
        return text
    if not keeps_cr:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\r\n", "\n") if line_end == "\r\n" else text


def _lines(text: str) -> list[str]:
    """The lines with their ends; the last one has none and may be empty."""
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), lines[-1]]


def _blocks(lines: list[str]) -> list[_Block]:
    return [
        _Block(lines[start : start + BLOCK_LINES]) for start in range(0, len(lines), BLOCK_LINES)
    ]


def _content(line: str) -> int:
    return len(line) - line.endswith("\n")
