r"""Lines of editors that do not end a line at a lone \r, as lines of the wire, which do. Pure.

In Neovim, Vim and Emacs `a\rb\n` is one line; on the wire, as in VS Code, it is two.
"""

import re
from collections.abc import Sequence
from typing import Final

from peerline.protocol.editor.base import Position
from peerline_bridge.texts.positions import Encoding, content_of, index_of, units_before

_INNER: Final = re.compile(r"\r(?!\n)")
_CLIENTS: Final = ("neovim", "nvim", "vim", "emacs", "eglot")


def keeps_cr(client_name: str) -> bool:
    r"""Whether a client, by the name in its clientInfo, has a lone \r inside of lines."""
    return client_name.casefold().startswith(_CLIENTS)


def has_inner_break(text: str) -> bool:
    r"""Whether a text has a \r that is no part of \r\n."""
    return "\r" in text and _INNER.search(text) is not None


def wire_row(lines: Sequence[str], row: int) -> int:
    """The row of the wire at which a row of the editor begins."""
    row = min(row, len(lines) - 1)
    return row + sum(_count(line) for line in lines[:row])


def last_wire_row(lines: Sequence[str], row: int) -> int:
    """The row of the wire at which a row of the editor ends."""
    row = min(row, len(lines) - 1)
    return wire_row(lines, row) + _count(content_of(lines[row]))


def editor_row(lines: Sequence[str], row: int) -> int:
    """The row of the editor that contains a row of the wire."""
    left = row
    for found, line in enumerate(lines):
        left -= _count(line) + 1
        if left < 0:
            return found
    return len(lines) - 1


def to_wire(lines: Sequence[str], position: Position, encoding: Encoding) -> tuple[int, int]:
    """As `positions.to_wire`, for lines with breaks in them."""
    row = min(position.line, len(lines) - 1)
    text = lines[row]
    is_beyond = position.line > row
    index = len(content_of(text)) if is_beyond else index_of(text, position.character, encoding)
    starts = [0, *(found.end() for found in _INNER.finditer(text, 0, index))]
    # A \r right before the place may be the first half of \r\n.
    starts = [start for start in starts if start == 0 or text[start : start + 1] != "\n"]
    column = units_before(text[starts[-1] :], index - starts[-1], Encoding.UTF16) + 1
    return wire_row(lines, row) + len(starts), column


def from_wire(lines: Sequence[str], line: int, column: int, encoding: Encoding) -> Position:
    """As `positions.from_wire`, for lines with breaks in them."""
    row = editor_row(lines, line - 1)
    text = lines[row]
    within = line - 1 - wire_row(lines, row)
    starts = [0, *(found.end() for found in _INNER.finditer(text))]
    if within >= len(starts):
        index = len(content_of(text))
    else:
        start = starts[within]
        end = starts[within + 1] - 1 if within + 1 < len(starts) else len(text)
        index = start + index_of(text[start:end], column - 1, Encoding.UTF16)
    return Position(line=row, character=units_before(text, index, encoding))


def _count(line: str) -> int:
    return len(_INNER.findall(line)) if "\r" in line else 0
