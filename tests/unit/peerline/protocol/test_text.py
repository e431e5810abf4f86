"""Tests of peerline.protocol.text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.text import clean_name, reveal_controls, show_block, show_line
from tests.cases.make_texts import PIECES, SPACES, UNSEEN

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("  alice \t bob\n", "alice bob"),
        ("a\u202eb\u200bc\x1b[31m\U000e0041", "abc[31m"),
        (FAMILY, FAMILY),
        ("a\u200db", "ab"),
        ("|\u200d|", "||"),
        ("\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"),
        ("\u200b\u202e", ""),
        ("\u0301", ""),
        ("e\u0301", "é"),
    ],
)
def test_a_name_keeps_what_can_be_seen(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


@given(st.text())
def test_a_cleaned_name_is_clean(name: str) -> None:
    cleaned = clean_name(name)
    assert clean_name(cleaned) == cleaned
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in cleaned)


@given(st.text())
def test_revealed_text_holds_no_control(text: str) -> None:
    assert not any(
        unicodedata.category(char) == "Cc" and char not in "\n\t" for char in reveal_controls(text)
    )


def test_controls_are_made_visible() -> None:
    assert reveal_controls("a\u202e\x1bb\n") == "a<U+202E><U+001B>b\n"


@pytest.mark.parametrize("sign", [*"|><=+~^`&;-", "\u00b4", "\u2260", "\u2190"])
def test_a_joiner_beside_a_sign_is_shown(sign: str) -> None:
    assert reveal_controls(f"a {sign}\u200d{sign} b") == f"a {sign}<U+200D>{sign} b"
    assert reveal_controls(f"\u2764\u200d{sign}") == f"\u2764<U+200D>{sign}"
    assert reveal_controls(f"{sign}\u200d\u2764") == f"{sign}<U+200D>\u2764"


@pytest.mark.parametrize("char", UNSEEN)
def test_what_nobody_sees_is_shown(char: str) -> None:
    assert reveal_controls(f"a{char}b") == f"a<U+{ord(char):04X}>b"


@pytest.mark.parametrize(
    "text",
    ["\u2764\ufe0f", "\u2764\ufe0e", "\u00a9\ufe0f", "1\ufe0f\u20e3", "\u845b\U000e0100", "\uac00"],
)
def test_what_belongs_to_a_picture_or_letter_stays(text: str) -> None:
    assert reveal_controls(f"a {text} b") == f"a {text} b"


@pytest.mark.parametrize("char", SPACES)
def test_a_space_stays_in_chat_and_is_shown_where_something_is_allowed(char: str) -> None:
    named = f"rm<U+{ord(char):04X}>x y"
    assert reveal_controls(f"rm{char}x y") == f"rm{char}x y"
    assert show_line(f"rm{char}x y") == "rm x y"
    assert reveal_controls(f"rm{char}x y", all_spaces=True) == named
    assert show_line(f"rm{char}x y", all_spaces=True) == named
    assert show_block(f"a\n\trm{char}x y", all_spaces=True) == f"a\n\t{named}"


PARTS = set("\u200d\ufe0e\ufe0f\U000e0100\U000e01ef\U000e007f")
"""Each is a part of some picture or letter."""


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_was_shown_is_shown_as_it_is(text: str) -> None:
    shown = reveal_controls(text, all_spaces=True)
    assert reveal_controls(shown, all_spaces=True) == shown
    assert not set(shown) & ({*UNSEEN, *SPACES} - PARTS)
