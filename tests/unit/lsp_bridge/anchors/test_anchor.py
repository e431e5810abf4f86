"""Tests of anchors.anchor and anchors.locate."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peerline.protocol.comments import Comment, CommentData
from peerline.protocol.limits import MAX_CONTEXT_LINE_CHARS, MAX_SNIPPET_CHARS
from peerline_bridge.anchors.anchor import anchor_at, anchor_of, describe
from peerline_bridge.anchors.locate import Place, locate
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.texts.positions import split_lines

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def comment_on(text: str, first: int, last: int | None = None, **fields: Any) -> Comment:
    last = first if last is None else last
    data = CommentData(
        **describe(split_lines(text), first, last),
        file="a",
        line=first + 1,
        end_line=last + 1 if last > first else None,
        content="x",
    )
    return Comment(
        **{**data.model_dump(), "id": "c1", "user_id": "u", "username": "u", "timestamp": NOW},
        **fields,
    )


def found(comment: Comment, text: str) -> Place | None:
    return locate(anchor_of(comment), TextIndex(split_lines(text)))


def row_of(comment: Comment, text: str) -> int | None:
    place = found(comment, text)
    return None if place is None else place.first


TEXT = """import os

def first():
    value = os.environ.get("FIRST")
    return None

def second():
    value = os.environ.get("SECOND")
    return None
"""


@pytest.mark.parametrize("row", range(9))
def test_a_line_is_found_where_nothing_changed(row: int) -> None:
    assert row_of(comment_on(TEXT, row), TEXT) == row


@pytest.mark.parametrize("row", range(9))
def test_a_line_is_found_where_it_moved_to_and_however_it_is_indented(row: int) -> None:
    text = "# new\n" * 100 + "".join(f"\t{line}" for line in split_lines(TEXT))
    assert row_of(comment_on(TEXT, row), text) == row + 100


def test_of_two_equal_lines_the_one_with_its_neighbours_is_meant() -> None:
    def body(name: str) -> str:
        steps = [f"    {name}_{number}()\n" for number in range(12)]
        return f"def {name}():\n" + "".join([*steps[:6], "    check(result)\n", *steps[6:]])

    text, swapped = body("open") + body("close"), body("close") + body("open")
    assert row_of(comment_on(text, 7), swapped) == 21
    assert row_of(comment_on(text, 21), swapped) == 7


def test_of_places_that_are_the_same_all_around_the_number_says_which() -> None:
    text = "a = 1\n" * 30
    assert row_of(comment_on(text, 17), text) == 17
    assert row_of(comment_on(text, 17), "b = 1\n" + text) == 18
    assert row_of(comment_on(text, 17), text + "a = 1\n") is None


def test_the_enclosing_lines_tell_copies_apart() -> None:
    body = "".join(f"        step_{number}()\n" for number in range(13))
    text = f"class A:\n    def run(self):\n{body}\n\nclass B:\n    def run(self):\n{body}"
    renamed = text.replace("class A:", "class Renamed:")
    assert row_of(comment_on(text, 24), renamed.replace("\n\n", "\n")) == 23


def test_a_changed_line_is_found_among_its_neighbours_with_less_confidence() -> None:
    comment = comment_on(TEXT, 3)
    place = found(comment, TEXT.replace('environ.get("FIRST")', 'getenv("FIRST", "none")'))
    assert place is not None
    assert (place.first, place.last) == (3, 3)
    assert 0.6 <= place.confidence < 1.0


@pytest.mark.parametrize("row", [3, 7])
def test_a_line_that_is_gone_is_lost(row: int) -> None:
    lines = split_lines(TEXT)
    del lines[row]
    assert found(comment_on(TEXT, row), "".join(lines)) is None


def test_a_line_that_was_replaced_by_another_is_lost() -> None:
    assert found(comment_on(TEXT, 3), TEXT.replace('value = os.environ.get("FIRST")', "!")) is None


def test_a_line_that_says_nothing_is_not_recognised_without_its_neighbours() -> None:
    comment = comment_on("a = 1\n)\nb = 2\n", 1)
    assert found(comment, "something\nelse\n)\nentirely\n") is None


def test_a_line_that_was_broken_into_several_is_where_it_begins() -> None:
    before = "x = 1\nresult = compute(first_argument, second_argument)\ny = 2\n"
    after = "x = 1\nresult = compute(\n    first_argument, second_argument\n)\ny = 2\n"
    assert row_of(comment_on(before, 1), after) == 1


def test_several_lines_are_found_with_what_came_in_between() -> None:
    place = found(
        comment_on(TEXT, 2, 4), TEXT.replace("    return", "    print(value)\n    return")
    )
    assert place is not None
    assert (place.first, place.last) == (2, 5)


def test_several_lines_are_found_where_they_have_moved() -> None:
    assert found(comment_on(TEXT, 2, 4), "\n" * 5 + TEXT) == Place(7, 9)


def test_what_is_too_long_to_be_sent_is_found_all_the_same() -> None:
    line = "word " * 1_000
    text = f"before\n{line}\nafter\n"
    assert row_of(comment_on(text, 1), "new\n" + text) == 2
    many = "".join(f"line {number} {'x' * 90}\n" for number in range(100))
    comment = comment_on(many, 10, 89)
    assert len(comment.code_snippet) <= MAX_SNIPPET_CHARS
    assert found(comment, "new\n" + many) == Place(11, 90)


@pytest.mark.parametrize("size", [MAX_CONTEXT_LINE_CHARS, MAX_CONTEXT_LINE_CHARS + 1])
def test_long_neighbours_count_at_both_sides_of_their_limit(size: int) -> None:
    text = f"{'x' * size}\n)\n{'y' * size}\n"
    assert row_of(comment_on(text, 1), ")\n" * 3 + text) == 4


@pytest.mark.parametrize("strange", ["nul \x00 here", "half \ud800 here", "\u2028 \x0c", "🦊 漢字"])
def test_strange_characters_do_no_harm(strange: str) -> None:
    text = f"one\n{strange}\ntwo\n"
    assert row_of(comment_on(text, 1), "new line\n" + text) == 2
    assert row_of(comment_on(text, 2), "new line\n" + text) == 3


def test_whoever_sent_no_text_gave_nothing_to_check_the_line_by() -> None:
    comment = comment_on(TEXT, 2).model_copy(
        update={"code_snippet": "", "context_before": [], "context_after": []}
    )
    assert found(comment, TEXT) == Place(2, 2)
    assert found(comment, "one line") is None


def test_a_snippet_alone_is_enough_where_it_is_unique() -> None:
    comment = comment_on(TEXT, 3).model_copy(
        update={"context_before": [], "context_after": [], "occurrence": None, "occurrences": None}
    )
    assert row_of(comment, "x\n" + TEXT) == 4
    assert found(comment, TEXT + TEXT) is None


def test_an_empty_text_has_no_place() -> None:
    assert found(comment_on(TEXT, 3), "") is None


def test_fifty_thousand_lines_are_no_scan() -> None:
    lines = [f"value_{number} = compute({number % 97})\n" for number in range(50_000)]
    comment = comment_on("".join(lines), 25_000)
    index = TextIndex(["new\n", *lines])
    assert locate(anchor_of(comment), index) == Place(25_001, 25_001)
    lines[25_000] = "value_25000 = compute_all(71)\n"
    place = locate(anchor_of(comment), TextIndex(lines))
    assert place is not None
    assert place.first == 25_000


LINES = st.lists(st.sampled_from(["a = 1", "b = 2", "", "}", "return"]), max_size=8)


@given(LINES, LINES, LINES, LINES)
def test_the_commented_line_is_found_or_lost_but_never_another(
    above: list[str], below: list[str], new_above: list[str], new_below: list[str]
) -> None:
    target = "the commented line"
    comment = comment_on("\n".join([*above, target, *below]), len(above))
    row = row_of(comment, "\n".join([*new_above, target, *new_below]))
    assert row == len(new_above)


@given(st.lists(st.sampled_from(["a = 1", "b = 2", "", "}"]), min_size=1, max_size=12), st.data())
def test_a_place_has_the_text_or_says_that_it_changed(
    lines: list[str], data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.lists(st.sampled_from(["a = 1", "b = 2", "", "}", "c"]), max_size=12))
    comment = comment_on("\n".join(lines), row)
    assume(anchor_of(comment).has_text)
    place = found(comment, "\n".join(other))
    if place is not None and place.confidence == 1.0:
        # A text without lines is one empty line.
        assert (other or [""])[place.first] == lines[row]


@given(st.lists(st.text(alphabet="ab c\t}", max_size=6), min_size=1, max_size=10), st.data())
def test_what_is_at_hand_is_described_as_what_was_sent(
    lines: list[str], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, len(lines) - 1))
    sent = anchor_of(comment_on("\n".join(lines), first, last))
    here = anchor_at(lines, first, last)
    assert (here.lines, here.before, here.after) == (sent.lines, sent.before, sent.after)
