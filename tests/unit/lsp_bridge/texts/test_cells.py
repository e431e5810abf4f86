"""Tests of texts.cells: places in notebooks."""

import json

import pytest

from peerline.protocol.editor.base import DocumentId, Position, Range
from peerline.protocol.editor.participants import EditorCursor
from peerline.protocol.limits import MAX_LINE
from peerline.protocol.presence import Cursor, CursorData, Selection, SelectionData
from peerline_bridge.texts.cells import (
    MAX_NOTEBOOKS,
    NotebookRows,
    cell_cursor,
    cell_place,
    row_of_cell,
)


def notebook(*sources: list[str] | str, outputs: int = 0) -> list[str]:
    """The file of a notebook with these cells, in lines."""
    cells = [
        {
            "cell_type": "code",
            "metadata": {"source": "not this one"},
            "outputs": [{"text": ["out\n"] * outputs}],
            "source": source,
        }
        for source in sources
    ]
    # The known programs write a metadata of one key in several rows, too.
    return json.dumps({"cells": cells, "nbformat": 4}, indent=1).split("\n")


def test_a_cursor_in_a_cell_is_told_with_the_number_of_the_cell_and_back() -> None:
    told = cell_cursor(
        "a.ipynb",
        2,
        EditorCursor(
            textDocument=DocumentId(uri="file:///a.ipynb"),
            cell=2,
            position=Position(line=4, character=7),
            selection=Range(start=Position(line=3, character=0), end=Position(line=4, character=7)),
        ),
    )
    assert told == CursorData(
        file="a.ipynb",
        line=5,
        column=8,
        cell=3,
        selection=SelectionData(start_line=4, start_column=1, end_line=5, end_column=8),
    )
    shown = cell_place(
        Cursor(file="a.ipynb", line=5, col=8, cell=3),
        Selection(start_line=4, start_column=1, end_line=5, end_column=8),
    )
    assert shown == (
        Position(line=4, character=7),
        Range(start=Position(line=3, character=0), end=Position(line=4, character=7)),
    )


def test_nothing_is_selected_where_a_selection_is_empty_and_no_line_is_beyond_the_last() -> None:
    place = Position(line=MAX_LINE - 1, character=MAX_LINE - 1)
    cursor = EditorCursor(cell=0, position=place, selection=Range(start=place, end=place))
    assert cell_cursor("a.ipynb", 0, cursor) == CursorData(
        file="a.ipynb", line=MAX_LINE, column=MAX_LINE, cell=1
    )
    assert cell_place(Cursor(file="a.ipynb", line=1, col=1, cell=1), None)[1] is None


@pytest.mark.parametrize("outputs", [0, 3])
def test_the_row_of_a_line_of_a_cell_is_found_in_the_file(outputs: int) -> None:
    lines = notebook(["one\n", "two\n", "three"], [], ['"source": [\n', "last"], outputs=outputs)
    # The row of a line in the file is the one with its text.
    for cell, line, text in ((1, 1, "one"), (1, 3, "three"), (3, 2, "last")):
        row = row_of_cell(lines, cell, line)
        assert row is not None
        assert text in lines[row]
    assert row_of_cell(lines, 1, 99) == row_of_cell(lines, 1, 3)
    empty = row_of_cell(lines, 2, 1)
    assert empty is not None
    assert '"source": []' in lines[empty]


def test_a_text_that_is_no_such_notebook_has_no_rows() -> None:
    lines = notebook(["one"])
    assert row_of_cell(lines, 2, 1) is None
    assert row_of_cell(lines, 0, 1) is None
    for text in ("", "[]", "{", '{"cells": 1}', '{"cells": [1]}', '{"cells": [{}]}', "[" * 100_000):
        assert row_of_cell(text.split("\n"), 1, 1) is None
    # All in one row.
    assert row_of_cell(['{"cells": [{"source": ["one"]}]}'], 1, 1) is None


def test_a_source_that_is_one_string_has_one_row() -> None:
    lines = notebook("one\ntwo")
    row = row_of_cell(lines, 1, 2)
    assert row is not None
    assert "one" in lines[row]


def test_a_notebook_is_read_once_for_each_version() -> None:
    rows, lines = NotebookRows(), notebook(["one\n", "two"], ["three"])
    found = rows.row("a.ipynb", lines, 1, 2, 1)
    assert found is not None
    assert "three" in lines[found]
    lines.insert(0, "")
    assert rows.row("a.ipynb", lines, 1, 2, 1) == found
    assert rows.row("a.ipynb", lines, 2, 2, 1) == found + 1
    assert rows.row("a.ipynb", lines.copy(), 2, 2, 1) == found + 1
    assert rows.row("a.ipynb", [], 2, 2, 1) is None


def test_the_rows_of_a_number_of_notebooks_are_remembered() -> None:
    rows, lines = NotebookRows(), notebook(["one"])
    found = rows.row("0", lines, 1, 1, 1)
    for count in (MAX_NOTEBOOKS, MAX_NOTEBOOKS + 1):
        for number in range(1, count):
            rows.row(str(number), lines, 1, 1, 1)
        lines.insert(0, "")
        is_known = rows.row("0", lines, 1, 1, 1) == found
        assert is_known is (count == MAX_NOTEBOOKS)
        lines.pop(0)
