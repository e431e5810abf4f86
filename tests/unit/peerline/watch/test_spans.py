"""Tests of peerline.watch.spans."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from peerline.watch.spans import Span, first_line, joined, plain, safe, safe_lines
from tests.unit.peerline.watch.conftest import HOSTILE


@given(st.text())
def test_no_control_character_reaches_the_terminal(text: str) -> None:
    for line in (safe(text), *safe_lines(text), first_line(text, 20)):
        assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in line)


def test_what_is_hidden_is_shown_as_what_it_is() -> None:
    shown = safe(HOSTILE)
    assert shown.startswith("<U+001B>[2J<U+001B>]0;pwned<U+0007>[bold red]x[/]")
    assert "<U+202E>" in shown


def test_lines_are_kept_and_tabs_have_a_width() -> None:
    assert safe_lines("a\r\n\tb\n") == ["a", "    b", ""]


@given(st.text(min_size=1), st.integers(min_value=1, max_value=30))
def test_a_first_line_is_never_longer_than_asked_for(text: str, limit: int) -> None:
    assert len(first_line(text, limit)) <= limit


def test_a_cut_line_says_so() -> None:
    assert first_line("abcdef", 6) == "abcdef"
    assert first_line("abcdefg", 6) == "abcde…"
    assert first_line("ab\ncd", 6) == "ab…"


def test_only_the_parts_that_are_there_are_joined() -> None:
    assert plain(joined((None, Span("a"), None, Span("b")), " · ")) == "a · b"
    assert joined((None,), " · ") == ()
