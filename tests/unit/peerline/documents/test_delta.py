"""Deltas in normal form, and ties between two texts at one place."""

import pytest

from peerline.documents.delta import compose, moved, moved_back, normal, replacement, transform


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ((), ()),
        ((3,), ()),
        ((1, 2, "a", "b", -1, -2, 4), (3, "ab", -3)),
        ((-1, "a"), ("a", -1)),
        (("a", -1, "b"), ("ab", -1)),
        ((0, "", -1), (-1,)),
    ],
)
def test_normal_form(operations: tuple[int | str, ...], expected: tuple[int | str, ...]) -> None:
    assert normal(operations) == expected


def test_what_is_inserted_and_deleted_again_leaves_nothing() -> None:
    assert compose((2, "abc"), (2, -3)) == ()
    assert compose((2, "abc"), (3, -1)) == (2, "ac")


def test_at_one_place_the_first_text_stands_first() -> None:
    assert transform((1, "mine"), (1, "theirs"), first=True) == (1, "mine")
    assert transform((1, "theirs"), (1, "mine"), first=False) == (5, "theirs")


def test_both_delete_the_same_only_once() -> None:
    assert transform((1, -3), (2, -1), first=True) == (1, -2)
    assert transform((1, -3), (-5,), first=True) == ()


def test_a_place_in_a_deleted_part_moves_to_its_start() -> None:
    change = replacement(2, 4, "xy")
    assert [moved(place, change, behind_insertions=False) for place in range(8)] == [
        0, 1, 2, 4, 4, 4, 4, 5,
    ]  # fmt: skip
    assert moved(2, change, behind_insertions=True) == 4


def test_a_place_goes_back_before_a_change() -> None:
    change = (2, "xy", -3, 1)
    assert [moved_back(place, change) for place in range(7)] == [0, 1, 2, 2, 5, 6, 7]
