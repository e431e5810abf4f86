"""Two texts that come from one, brought together so that nothing is lost or there twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.documents.delta import apply
from peerline_bridge.coediting.meeting import go_on, is_rewritten, merge, nearest

TEXTS = st.text(alphabet="ab\n🎉", max_size=12)
BASE = "one\ntwo\nthree\n"


@given(TEXTS, TEXTS, TEXTS)
def test_both_sides_end_with_the_same_text(base: str, editor: str, shared: str) -> None:
    merged = merge(base, editor, shared)
    assert apply(editor, merged.owed) == apply(shared, merged.local)


@given(TEXTS, TEXTS)
def test_the_side_that_changed_nothing_takes_the_other(base: str, other: str) -> None:
    assert merge(base, base, other).local == ()
    assert apply(base, merge(base, base, other).owed) == other
    assert merge(base, other, base).owed == ()
    assert apply(base, merge(base, other, base).local) == other


@pytest.mark.parametrize(
    ("editor", "shared", "expected"),
    [
        ("one\ntwo!\nthree\n", "zero\none\ntwo\nthree\n", "zero\none\ntwo!\nthree\n"),
        ("one\nthree\n", "one\ntwo\nthree\nfour\n", "one\nthree\nfour\n"),
        ("one\ntwo\nthree\nmine\n", "one\ntwo\nthree\ntheirs\n", None),
    ],
)
def test_changes_of_both_are_kept(editor: str, shared: str, expected: str | None) -> None:
    text = apply(editor, merge(BASE, editor, shared).owed)
    if expected is None:
        assert "mine" in text
        assert "theirs" in text
    else:
        assert text == expected


@pytest.mark.parametrize(
    ("editor", "shared", "expected"),
    [
        (BASE, "zero\none\n", "zero\none\n"),
        ("typed\n" + BASE, "typed\n" + BASE + "theirs\n", "typed\n" + BASE + "theirs\n"),
        ("typed\n" + BASE + "untold\n", "typed\n" + BASE, "typed\n" + BASE + "untold\n"),
        ("one\n", BASE, "one\n"),
        ("one\nmine\n", "theirs\n" + BASE, None),
    ],
)
def test_after_a_break_one_side_that_has_more_is_taken(
    editor: str, shared: str, expected: str | None
) -> None:
    merged = go_on(BASE, editor, shared)
    assert (merged is None) == (expected is None)
    if merged is not None:
        assert apply(editor, merged.owed) == apply(shared, merged.local) == expected


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        # The disk's own word is like the one that others have appended since.
        (BASE + "word6.\n", BASE + "word5. X\n", BASE),
        (BASE + "word5. X\nword6.\n", BASE + "word5. X\n", BASE + "word5. X\n"),
        ("one!\ntwo\nthree\n", "one\ntwo\nthree\nfour\n", BASE),
        ("one\ntwo\nthree ab\n", "one\ntwo\nthree abcd\n", "one\ntwo\nthree abcd\n"),
        # As near to both: text of others is rather there twice than lost.
        ("one\ntwo\nthree a\n", "one\ntwo\nthree abc\n", BASE),
        (BASE, BASE, BASE),
    ],
)
def test_a_text_comes_from_the_base_that_it_shares_the_most_lines_with(
    text: str, before: str, expected: str
) -> None:
    assert nearest(text, before, BASE) == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BASE, False),
        ("one\ntwo\nTHREE\n", False),
        ("one\nTWO\nTHREE\n", True),
        ("", True),
    ],
)
def test_more_than_half_of_the_lines_make_another_version(after: str, expected: bool) -> None:
    assert is_rewritten(BASE, after) is expected
