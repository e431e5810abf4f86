"""Places in the cells of notebooks: on the wire, in an editor with cells, in the file's text. Pure.

On the wire a cell has its number in the notebook, from 1 on: copies of a notebook differ in their
outputs, so that lines of the file would say nothing.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, cast

from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.participants import EditorCursor
from peerline.protocol.limits import MAX_LINE
from peerline.protocol.presence import Cursor, CursorData, Selection, SelectionData

_SOURCE: Final = re.compile(r'^(\s*)"source"\s*:')
_NO_LINE: Final = re.compile(r'^\s*"source"\s*:\s*(\[\s*\]|"")')
MAX_NOTEBOOKS: Final = 32
"""Notebooks whose rows are remembered."""


class _CellRows(NamedTuple):
    """The row with a cell's source, and the number of rows below it that have its lines."""

    row: int
    length: int


def cell_cursor(file: str, cell: int, cursor: EditorCursor) -> CursorData:
    """The cursor in a cell, given its index, as the others are told."""
    selected = cursor.selection
    selection = None
    if selected is not None and selected.start != selected.end:
        start_line, start_column = _numbers(selected.start)
        end_line, end_column = _numbers(selected.end)
        selection = SelectionData(
            start_line=start_line,
            start_column=start_column,
            end_line=end_line,
            end_column=end_column,
        )
    line, column = _numbers(cursor.position)
    return CursorData(file=file, line=line, column=column, selection=selection, cell=cell + 1)


def cell_place(cursor: Cursor, selection: Selection | None) -> tuple[Position, Range | None]:
    """A peer's cursor and selection in their cell, for an editor that counts UTF-16."""
    head = Position(line=cursor.line - 1, character=cursor.col - 1)
    if selection is None:
        return head, None
    start = Position(line=selection.start_line - 1, character=selection.start_column - 1)
    end = Position(line=selection.end_line - 1, character=selection.end_column - 1)
    return head, Range(start=start, end=end)


class NotebookRows:
    """The rows of cells in the files of notebooks; a text is read once and not for each cursor."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[list[str], int, list[_CellRows]]] = {}

    def row(self, file: str, lines: list[str], version: int, cell: int, line: int) -> int | None:
        """The row of a line of a cell, as `row_of_cell`.

        Args:
            file: The notebook.
            lines: Its lines: the same list as long as they change with the version only.
            version: The version of the open document; any number for a file of the disk.
            cell: The cell, from 1 on.
            line: The line in it, from 1 on.
        """
        known = self._known.get(file)
        if known is None or known[0] is not lines or known[1] != version:
            if known is None and len(self._known) >= MAX_NOTEBOOKS:
                del self._known[next(iter(self._known))]
            known = self._known[file] = lines, version, _cell_rows(lines)
        return _row_of(known[2], cell, line)


def row_of_cell(lines: Sequence[str], cell: int, line: int) -> int | None:
    """The row in a notebook's file of a line of a cell; both count from 1.

    None unless the file is written as all known programs do it: each line of a cell in its own row.
    """
    return _row_of(_cell_rows(lines), cell, line)


def _row_of(cells: Sequence[_CellRows], cell: int, line: int) -> int | None:
    if not 1 <= cell <= len(cells):
        return None
    row, length = cells[cell - 1]
    return row + min(line, length)


def _cell_rows(lines: Sequence[str]) -> list[_CellRows]:
    """The rows of all cells; none if the text is no such notebook."""
    found = [(row, len(at[1])) for row, text in enumerate(lines) if (at := _SOURCE.match(text))]
    # What is further in is in a cell's metadata or output.
    outer = min((indent for _, indent in found), default=0)
    rows = [row for row, indent in found if indent == outer]
    sources = _sources(lines)
    if sources is None or len(rows) != len(sources):
        return []
    return [
        _CellRows(row, length if _has_line(lines[row]) else 0)
        for row, length in zip(rows, sources, strict=True)
    ]


def _has_line(text: str) -> bool:
    """Whether the lines of a cell begin behind this one."""
    return not _NO_LINE.match(text) and text.rstrip().endswith("[")


def _sources(lines: Sequence[str]) -> list[int] | None:
    """The number of lines in each cell of a notebook."""
    try:
        notebook: Any = json.loads("\n".join(lines))
    except (ValueError, RecursionError):
        return None
    cells: Any = (
        cast("dict[str, Any]", notebook).get("cells") if isinstance(notebook, dict) else None
    )
    if not isinstance(cells, list):
        return None
    found: list[int] = []
    for each in cast("list[Any]", cells):
        if not isinstance(each, dict) or "source" not in each:
            return None
        source: Any = cast("dict[str, Any]", each)["source"]
        found.append(len(cast("list[Any]", source)) if isinstance(source, list) else 0)
    return found


def _numbers(position: Position) -> tuple[int, int]:
    return min(position.line + 1, MAX_LINE), min(position.character + 1, MAX_LINE)
