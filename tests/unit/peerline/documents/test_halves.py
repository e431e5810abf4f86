"""A character with two halves is not cut."""

import pytest

from peerline.documents.halves import cuts_a_character, halves_in, may_have_halves
from tests.yjs_updates import deleted, insert, section, update

TEXT = update([section(1, 0, insert("a🎉b"))])
"""The halves of the second character are 1 and 2."""


def test_the_second_half_is_known() -> None:
    assert may_have_halves(TEXT)
    assert halves_in(TEXT) == {1: {2}}
    assert halves_in(update([section(1, 0, insert("aé漢"))])) == {}


@pytest.mark.parametrize(
    ("data", "cuts"),
    [
        (update([section(2, 0, insert("x", left=(1, 0), right=(1, 1)))]), False),
        (update([section(2, 0, insert("x", left=(1, 1), right=(1, 2)))]), True),
        (update([section(2, 0, insert("x", left=(1, 1)))]), True),
        (update([section(2, 0, insert("x", right=(1, 2)))]), True),
        (update([section(2, 0, insert("x", left=(1, 2), right=(1, 3)))]), False),
        (update([], [deleted(1, (1, 2))]), False),
        (update([], [deleted(1, (0, 4))]), False),
        (update([], [deleted(1, (0, 2))]), True),
        (update([], [deleted(1, (2, 2))]), True),
        (update([], [deleted(2, (0, 2))]), False),
    ],
)
def test_it_is_neither_split_nor_deleted_in_part(*, data: bytes, cuts: bool) -> None:
    assert cuts_a_character(data, halves_in(TEXT)) is cuts
