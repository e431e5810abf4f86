"""Places in the cells of notebooks: on the wire, in an editor with cells, in the file's text. Pure.

On the wire a cell has its number in the notebook, from 1 on: copies of a notebook differ in their
outputs, so that lines of the file would say nothing.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, cast

from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.participants import EditorCursor
from peerline.protocol.limits import MAX_LINE
from peerline.protocol.presence import Cursor, CursorData, Selection, SelectionData

_SOURCE: Final = re.compile(r'^(\s*)"source"\s*:')
_NO_LINE: Final = re.compile(r'^\s*"source"\s*:\s*(\[\s*\]|"")')


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


def row_of_cell(lines: Sequence[str], cell: int, line: int) -> int | None:
    """The row in a notebook's file of a line of a cell; both count from 1.

    None unless the file is written as all known programs do it: each line of a cell in its own row.
    """
    found = [(row, len(at[1])) for row, text in enumerate(lines) if (at := _SOURCE.match(text))]
    # What is further in is in a cell's metadata or output.
    outer = min((indent for _, indent in found), default=0)
    rows = [row for row, indent in found if indent == outer]
    sources = _sources(lines)
    if sources is None or len(rows) != len(sources) or not 1 <= cell <= len(sources):
        return None
    row = rows[cell - 1]
    length = sources[cell - 1]
    if not length or _NO_LINE.match(lines[row]) or not lines[row].rstrip().endswith("["):
        return row
    return row + min(line, length)


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
