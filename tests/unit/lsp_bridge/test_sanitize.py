"""Tests of sanitize."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline_bridge import sanitize

HOSTILE = "\x1b]0;pwn\x07\u202eexe.txt\u200b\U000e0041\r\nnext\u2028more"


def test_escapes_bidi_and_invisible_characters_are_written_out() -> None:
    assert sanitize.block(HOSTILE) == (
        "<U+001B>]0;pwn<U+0007><U+202E>exe.txt<U+200B><U+E0041>\nnext\nmore"
    )
    assert sanitize.line(HOSTILE) == (
        "<U+001B>]0;pwn<U+0007><U+202E>exe.txt<U+200B><U+E0041> next more"
    )


@given(st.text(), st.integers(1, 50))
def test_nothing_that_acts_is_left(text: str, limit: int) -> None:
    for result, keep in ((sanitize.block(text), "\n\t"), (sanitize.line(text), "")):
        acting = {char for char in result if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}}
        assert acting <= set(keep)
    assert len(sanitize.line(text, limit)) <= limit
    assert len(sanitize.block(text, limit)) <= limit


@pytest.mark.parametrize("size", [10, 11])
def test_a_text_is_cut_past_its_limit_only(size: int) -> None:
    assert sanitize.line("x" * size, 10) == ("x" * 10 if size == 10 else "x" * 9 + "…")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x](command:workbench.action.quit)", r"\[x\]\(command\:workbench\.action\.quit\)"),
        ("<img src=x>", r"\<img src\=x\>"),
        ("https://a.example", r"https\:\/\/a\.example"),
        ("- a\n    code", "\\- a  \n&nbsp;&nbsp;&nbsp;&nbsp;code"),
        ("`a` *b* _c_ ~d~ $(gear)", r"\`a\` \*b\* \_c\_ \~d\~ \$\(gear\)"),
    ],
)
def test_markdown_shows_the_text_and_does_nothing(text: str, expected: str) -> None:
    assert sanitize.markdown(text) == expected


@given(st.text(alphabet=st.sampled_from("ab[]()<>!&;:/*_`#-+.\n\t \\|~1")))
def test_every_punctuation_character_is_escaped_in_markdown(text: str) -> None:
    result = sanitize.markdown(text).replace("&nbsp;", "")
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]()<>!&:/*_`#+.|~-]", result)
