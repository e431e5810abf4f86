"""Tests of anchors.sketch, and of what the sketch of a comment is good for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.comments import Anchor
from peerline.protocol.limits import LOOKALIKE_LINES, MAX_LOOKALIKES, MAX_SKETCH_LINES
from peerline_bridge.anchors.anchor import anchor_of, describe
from peerline_bridge.anchors.locate import Place, locate
from peerline_bridge.anchors.sketch import (
    EDGE,
    around,
    codes_of,
    distinctive_codes,
    from_wire,
    loose,
    to_wire,
)
from peerline_bridge.anchors.text_index import TextIndex


def comment_on(lines: list[str], row: int, **changed: Any) -> Anchor:
    return Anchor.model_validate(
        {**describe(lines, row, row), "file": "a", "line": row + 1, **changed}
    )


def row_in(lines: list[str], comment: Anchor) -> int | None:
    place = locate(anchor_of(comment), TextIndex(lines))
    return None if place is None else place.first


def test_codes_are_the_same_on_every_machine() -> None:
    codes = codes_of(["", "}", "return None", "größe = 1"])
    assert to_wire(codes) == "aaaWgg3h"


@given(st.lists(st.text(), max_size=80))
def test_what_travels_is_what_arrives(lines: list[str]) -> None:
    codes = codes_of(lines)
    assert len(codes) == len(lines)
    assert from_wire(to_wire(codes)) == codes
    assert len(distinctive_codes(codes)) == sum(bool(loose(line)) for line in lines)
    assert EDGE not in codes


def test_what_is_no_code_is_an_edge() -> None:
    assert from_wire("a") == ""
    assert from_wire("!!") == EDGE


def test_where_the_text_ends_there_are_edges() -> None:
    codes = codes_of(["x"])
    assert around(codes, "") == EDGE * (LOOKALIKE_LINES - 1) + codes + EDGE * LOOKALIKE_LINES


def test_an_index_hashes_what_is_asked_for_across_its_blocks() -> None:
    lines = [f"line {number}" for number in range(1_200)]
    index = TextIndex(lines)
    assert index.codes(500, 1_100) == codes_of(lines[500:1_100])
    assert index.codes(-5, 3) == codes_of(lines[:3])
    assert index.codes(1_190, 2_000) == codes_of(lines[1_190:])
    assert index.codes(7, 7) == index.codes(5_000, 6_000) == ""


@pytest.mark.parametrize("size", [1, MAX_SKETCH_LINES, MAX_SKETCH_LINES + 1])
def test_a_sketch_covers_so_many_lines_on_either_side(size: int) -> None:
    lines = [f"above {number}" for number in range(size)]
    lines += ["here", *(f"below {number}" for number in range(size))]
    sketch = anchor_of(comment_on(lines, size)).sketch
    assert sketch is not None
    covered = min(size, MAX_SKETCH_LINES)
    assert sketch.above == codes_of(reversed(lines[size - covered : size]))
    assert sketch.below == codes_of(lines[size + 1 : size + 1 + covered])
    assert sketch.lookalikes == ()


@pytest.mark.parametrize("count", [2, MAX_LOOKALIKES + 1, MAX_LOOKALIKES + 2])
def test_so_many_lookalikes_are_told(count: int) -> None:
    lines = [text for number in range(count) for text in (f"a {number}", "same", f"b {number}")]
    row = 3 * (count // 2) + 1
    sketch = anchor_of(comment_on(lines, row)).sketch
    assert sketch is not None
    assert len(sketch.lookalikes) == min(count - 1, MAX_LOOKALIKES)
    assert all(len(codes) == 2 * LOOKALIKE_LINES for codes in sketch.lookalikes)


def test_the_text_of_a_line_is_not_in_the_sketch() -> None:
    comment = comment_on(["password = 'hunter2'", *"abcdef", "here"], 7)
    assert "hunter2" not in comment.model_dump_json()


def functions(*names: str) -> list[str]:
    return [
        line
        for name in names
        for line in (
            f"def {name}(self):",
            f"    value = self.read_{name}()",
            "    if value is None:",
            "        return None",
            f"    return {name}(value)",
            "",
        )
    ]


def test_a_line_that_is_there_often_is_found_though_its_neighbours_were_edited() -> None:
    before = functions("one", "two", "three", "four")
    after = before.copy()
    after[7:9] = ["    entry = read()", "    if entry is None:"]
    assert row_in(after, comment_on(before, 9)) == 9


def test_of_a_block_and_its_adapted_copy_the_block_is_meant() -> None:
    before = functions("one", "two", "three")
    copy = before[6:12]
    copy[0] = "def again(self):"
    for after, row in (
        ([*before[:12], *copy, *before[12:]], 9),
        ([*before[:6], *copy, *before[6:]], 15),
    ):
        assert row_in(after, comment_on(before, 9)) == row


def test_a_line_that_was_moved_is_the_one_that_looks_like_no_other() -> None:
    before = functions("one", "two", "three", "four")
    after = before.copy()
    del after[9]
    after[0:0] = ["import os", "", "        return None", "", "import sys"]
    assert row_in(after, comment_on(before, 9)) == 2


def test_a_line_that_was_deleted_is_not_one_of_those_that_look_like_it() -> None:
    before = functions("one", "two", "three", "four")
    after = [line for number, line in enumerate(before) if number != 9]
    assert row_in(after, comment_on(before, 9)) is None


def test_a_comment_from_a_client_that_sends_no_sketch_is_found_by_its_neighbours() -> None:
    before = functions("one", "two", "three", "four")
    comment = comment_on(before, 9, sketch_before=None, sketch_after=None, lookalikes=None)
    assert anchor_of(comment).sketch is None
    assert row_in(["# new", *before], comment) == 10
    assert locate(anchor_of(comment), TextIndex(before)) == Place(9, 9)


def test_a_sketch_that_fits_nothing_does_no_harm() -> None:
    before = functions("one", "two")
    wild = {"sketch_before": "zz" * MAX_SKETCH_LINES, "sketch_after": "", "lookalikes": "Z" * 12}
    comment = comment_on(before, 3, **wild)
    assert row_in(before, comment) in {3, None}
