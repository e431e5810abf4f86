"""Tests of peerline.protocol.text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.text import clean_name, reveal_controls

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("  alice \t bob\n", "alice bob"),
        ("a\u202eb\u200bc\x1b[31m\U000e0041", "abc[31m"),
        (FAMILY, FAMILY),
        ("a\u200db", "ab"),
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
