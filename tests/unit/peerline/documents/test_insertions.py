"""The own insertions that are remembered, and those of others that are the same."""

from collections.abc import Iterable

import pytest

from peerline.documents.insertions import (
    MAX_FOUND,
    MAX_KEPT,
    SAVE_SECONDS,
    SAVING_SECONDS,
    OwnInsertions,
)
from peerline.documents.shared_text import SharedText, merge_updates


def plus_behind_each(text: SharedText, length: int) -> list[bytes]:
    """The updates that put a "+" behind each character."""
    return [text.edit((2 * number + 1, "+")) for number in range(length)]


def two_texts(length: int) -> tuple[list[bytes], list[bytes]]:
    """The updates of two who write the same into the same text at once."""
    seed = SharedText.seeded("-" * length)
    texts = SharedText(), SharedText()
    for text in texts:
        text.apply(seed)
    own, other = (plus_behind_each(text, length) for text in texts)
    return own, other


def remembered(updates: Iterable[bytes], *, is_once: bool = True) -> OwnInsertions:
    insertions = OwnInsertions()
    for update in updates:
        insertions.add(update, 0, is_once=is_once)
    return insertions


def test_a_number_of_the_latest_insertions_is_remembered() -> None:
    own, other = two_texts(MAX_KEPT + 1)
    insertions = remembered(own)
    assert insertions.also_in(other[0], 0) == []
    assert len(insertions.also_in(other[1], 0)) == 1
    assert len(insertions.also_in(other[-1], 0)) == 1


def test_so_it_is_of_those_that_are_saved() -> None:
    own, other = two_texts(MAX_KEPT + 1)
    insertions = remembered(own, is_once=False)
    insertions.also_in(other[0], 0)
    insertions.also_in(other[1], 0)
    (twin,) = insertions.saved(0)
    assert insertions.also_in(other[1], 0) == [twin]


@pytest.mark.parametrize("is_once", [True, False])
def test_a_number_of_insertions_is_looked_for_in_an_update(*, is_once: bool) -> None:
    own, other = two_texts(MAX_FOUND + 1)
    for count in (MAX_FOUND, MAX_FOUND + 1):
        insertions = remembered(own, is_once=is_once)
        found = insertions.also_in(merge_updates(other[:count]), 0)
        found += insertions.saved(0)
        assert len(found) == MAX_FOUND


@pytest.mark.parametrize(
    ("made", "arrives", "saved", "count"),
    [
        (0, 0, SAVE_SECONDS, 1),
        (0, SAVE_SECONDS, SAVE_SECONDS, 1),
        (0, 0, SAVE_SECONDS + 0.01, 0),
        (0, SAVE_SECONDS + 0.01, SAVE_SECONDS + 0.01, 0),
    ],
)
def test_what_was_inserted_just_before_saving_is_needed_once(
    made: float, arrives: float, saved: float, count: int
) -> None:
    (own,), (other,) = two_texts(1)
    insertions = OwnInsertions()
    insertions.add(own, made, is_once=False)
    assert insertions.also_in(other, arrives) == []
    assert len(insertions.saved(saved)) == count
    assert len(insertions.also_in(other, saved)) == count
    assert insertions.saved(saved) == []


@pytest.mark.parametrize(
    ("made", "saved", "count"),
    [
        (0, 1 + SAVING_SECONDS, 0),
        (1 - SAVE_SECONDS, 1 + SAVING_SECONDS, 1),
        (1, 1 + SAVING_SECONDS, 1),
        (2, 1 + SAVING_SECONDS, 1),
        (2, 1.01 + SAVING_SECONDS, 0),
    ],
)
def test_what_is_inserted_while_the_text_is_being_saved_is_needed_once(
    made: float, saved: float, count: int
) -> None:
    (own,), (other,) = two_texts(1)
    insertions = OwnInsertions()
    if made < 1:
        insertions.add(own, made, is_once=False)
    insertions.saving(1)
    if made >= 1:
        insertions.add(own, made, is_once=False)
    assert insertions.also_in(other, made) == []
    assert len(insertions.saved(saved)) == count


def test_a_save_ends_with_what_it_put_in() -> None:
    (first, second), others = two_texts(2)
    insertions = OwnInsertions()
    insertions.saving(0)
    insertions.add(first, 1, is_once=False)
    insertions.saved(2)
    insertions.add(second, 3, is_once=False)
    assert len(insertions.saved(3.01 + SAVE_SECONDS)) == 0
    assert len(insertions.also_in(others[0], 4)) == 1
    assert insertions.also_in(others[1], 4) == []
