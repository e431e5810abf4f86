"""Deltas compose, transform and compare as they promise, for any texts."""

from hypothesis import given
from hypothesis import strategies as st

from peerline.documents.delta import (
    Delta,
    DeltaError,
    apply,
    compose,
    composed,
    length_after,
    moved,
    normal,
    transform,
)
from peerline.documents.difference import difference

ALPHABET = "ab\nž漢🎉"
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=12)


@st.composite
def deltas(draw: st.DrawFn, length: int) -> Delta:
    """A change that fits a text of this length."""
    operations: list[int | str] = []
    left = length
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(("keep", "delete", "insert")))
        if kind == "insert":
            operations.append(draw(st.text(st.sampled_from(ALPHABET), min_size=1, max_size=3)))
        elif left:
            count = draw(st.integers(1, left))
            left -= count
            operations.append(count if kind == "keep" else -count)
    return normal(operations)


@given(TEXTS, st.data())
def test_a_composed_change_does_what_the_two_do(text: str, data: st.DataObject) -> None:
    first = data.draw(deltas(len(text)))
    middle = apply(text, first)
    second = data.draw(deltas(len(middle)))
    composed = compose(first, second)
    assert apply(text, composed) == apply(middle, second)
    assert composed == normal(composed)
    assert length_after(len(text), composed) == len(apply(middle, second))


@given(TEXTS, st.data())
def test_composing_is_associative(text: str, data: st.DataObject) -> None:
    one = data.draw(deltas(len(text)))
    two = data.draw(deltas(length_after(len(text), one)))
    three = data.draw(deltas(length_after(length_after(len(text), one), two)))
    left = compose(compose(one, two), three)
    right = compose(one, compose(two, three))
    assert apply(text, left) == apply(text, right)


@given(TEXTS, st.integers(0, 9), st.data())
def test_changes_in_a_row_are_one(text: str, count: int, data: st.DataObject) -> None:
    changes: list[Delta] = []
    after = text
    for _ in range(count):
        changes.append(data.draw(deltas(len(after))))
        after = apply(after, changes[-1])
    assert apply(text, composed(changes)) == after


@given(TEXTS, st.data())
def test_two_changes_of_a_text_meet_in_the_same_text(text: str, data: st.DataObject) -> None:
    mine = data.draw(deltas(len(text)))
    theirs = data.draw(deltas(len(text)))
    over_mine = transform(theirs, mine, first=False)
    over_theirs = transform(mine, theirs, first=True)
    assert apply(apply(text, mine), over_mine) == apply(apply(text, theirs), over_theirs)


@given(TEXTS, st.data())
def test_a_place_moves_with_its_code_point(text: str, data: st.DataObject) -> None:
    change = data.draw(deltas(len(text)))
    place = data.draw(st.integers(0, len(text)))
    marked = compose(change, ())
    there = moved(place, marked, behind_insertions=False)
    behind = moved(place, marked, behind_insertions=True)
    after = apply(text, change)
    assert 0 <= there <= behind <= len(after)
    # Code points of private use stand for the text before and after: each keeps its side.
    numbered = "".join(chr(0xE000 + at) for at in range(len(text)))
    changed = apply(numbered, change)
    for at in range(len(text)):
        if (now := changed.find(chr(0xE000 + at))) >= 0:
            assert (now < there) == (at < place) or there <= now < behind
            assert (now < behind) == (at < place)


@given(TEXTS, TEXTS)
def test_the_difference_makes_the_new_text(old: str, new: str) -> None:
    change = difference(old, new)
    assert apply(old, change) == new
    assert change == normal(change)
    assert (change == ()) == (old == new)


@given(TEXTS, st.data())
def test_a_change_beyond_the_text_is_refused(text: str, data: st.DataObject) -> None:
    beyond = data.draw(st.integers(1, 5))
    try:
        apply(text, (-len(text) - beyond,))
    except DeltaError:
        return
    raise AssertionError
