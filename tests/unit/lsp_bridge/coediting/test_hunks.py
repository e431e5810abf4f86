"""One hunk at a time, never behind the final newline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.documents.delta import Delta, apply, compose
from peerline.documents.difference import difference
from peerline_bridge.coediting.hunks import (
    before_last_newline,
    differ_in_last_newlines,
    split_last,
)

TEXTS = st.text(alphabet="ab\n", max_size=10)


@given(TEXTS, TEXTS)
def test_the_last_hunk_and_the_rest_are_the_whole(old: str, new: str) -> None:
    delta = difference(old, new)
    if not delta:
        return
    hunk, rest = split_last(delta)
    assert compose(hunk, rest) == delta
    assert sum(isinstance(each, int) and each > 0 for each in hunk) <= 1


@given(TEXTS, TEXTS)
def test_a_hunk_before_the_last_newline_does_the_same_but_for_newlines(old: str, new: str) -> None:
    hunk, _ = split_last(difference(old, new))
    moved = before_last_newline(old, hunk)
    if not hunk:
        return
    assert differ_in_last_newlines(apply(old, moved), apply(old, hunk))
    if old.endswith("\n"):
        reach = sum(abs(each) for each in moved if isinstance(each, int))
        assert reach < len(old) or not moved


@pytest.mark.parametrize(
    ("hunk", "expected"),
    [
        ((4, "x\n"), (3, "\nx")),
        ((2, -2), (1, -2)),
        ((2, "x\n", -2), (2, "x", -1)),
        ((1, "x"), (1, "x")),
        ((-4,), (-3,)),
    ],
)
def test_examples(hunk: Delta, expected: Delta) -> None:
    assert before_last_newline("a\nb\n", hunk) == expected
