"""Tests of lsp_bridge.anchors and lsp_bridge.threads."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_bridge.anchors import anchor_of, describe, locate
from lsp_bridge.documents import Document, TextChange
from lsp_bridge.texts import Encoding, split_lines
from lsp_bridge.threads import ThreadRows
from peerline.protocol.editor import Position, Range
from peerline.protocol.payloads import Comment

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def comment_on(text: str, row: int) -> Comment:
    snippet, before, after = describe(split_lines(text), row, row)
    return Comment(
        id="c1",
        user_id="u",
        username="u",
        file="a",
        line=row + 1,
        content="x",
        code_snippet=snippet,
        context_before=before,
        context_after=after,
        timestamp=NOW,
    )


def found(comment: Comment, text: str) -> int | None:
    return locate(anchor_of(comment), split_lines(text))


TEXT = "import os\n\ndef first():\n    return None\n\ndef second():\n    return None\n"


@pytest.mark.parametrize("row", range(7))
def test_a_line_is_found_where_nothing_changed(row: int) -> None:
    assert found(comment_on(TEXT, row), TEXT) == row


def test_a_line_is_found_where_it_moved_to() -> None:
    assert found(comment_on(TEXT, 6), "# new\n" * 10 + TEXT) == 16


def test_of_two_equal_lines_the_one_with_its_neighbours_is_meant() -> None:
    swapped = "def second():\n    return None\n\ndef first():\n    return None\n"
    assert found(comment_on(TEXT, 3), swapped) == 4


def test_a_line_that_is_gone_is_lost() -> None:
    assert found(comment_on(TEXT, 2), TEXT.replace("first", "other")) is None


def test_a_line_that_says_nothing_is_not_recognised_without_its_neighbours() -> None:
    comment = comment_on("a = 1\n)\nb = 2\n", 1)
    assert found(comment, "something\nelse\n)\nentirely\n") is None


LINES = st.lists(st.sampled_from(["a = 1", "b = 2", "", "}", "return"]), max_size=8)


@given(LINES, LINES, LINES, LINES)
def test_the_commented_line_is_found_or_lost_but_never_another(
    above: list[str], below: list[str], new_above: list[str], new_below: list[str]
) -> None:
    target = "the commented line"
    comment = comment_on("\n".join([*above, target, *below]), len(above))
    row = found(comment, "\n".join([*new_above, target, *new_below]))
    assert row == len(new_above)


EDITS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=6
)


@given(EDITS)
def test_a_thread_follows_edits_that_leave_its_line_alone(
    edits: list[tuple[int, int, int]],
) -> None:
    lines = [f"line {number}\n" for number in range(8)]
    document = Document("file:///a", 1, split_lines("".join(lines)))
    comment = comment_on(document.text, 4)
    target = document.lines[4]
    rows = ThreadRows()
    rows.update(document, [comment])
    for number, (start, removed, added) in enumerate(edits):
        first = min(start, len(document.lines) - 1)
        last = min(first + removed, len(document.lines) - 1)
        if target in document.lines[first:last]:
            continue
        change = TextChange(
            "".join(f"new {number} {index}\n" for index in range(added)),
            Range(start=Position(line=first, character=0), end=Position(line=last, character=0)),
        )
        document.apply(change, Encoding.UTF16)
        rows.follow(change)
        rows.settle(document, [comment], replaced=False)
        row = rows.row_of("c1")
        assert row is not None
        assert document.lines[row] == target


def test_typing_in_the_commented_line_keeps_it() -> None:
    document = Document("file:///a", 1, split_lines(TEXT))
    comment = comment_on(TEXT, 2)
    rows = ThreadRows()
    rows.update(document, [comment])
    place = Position(line=2, character=4)
    change = TextChange("renamed_", Range(start=place, end=place))
    document.apply(change, Encoding.UTF16)
    rows.follow(change)
    rows.settle(document, [comment], replaced=False)
    assert rows.row_of("c1") == 2
