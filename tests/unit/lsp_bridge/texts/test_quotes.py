"""Tests of texts.quotes: lines of a file behind a text."""

import pytest

from peerline.protocol.limits import MAX_QUOTED_CHARS
from peerline_bridge.texts.quotes import quoted

LINES = ["def f():\n", "    a = 1\n", "    return a\n", "\n", "print(f())"]


@pytest.mark.parametrize(
    ("rows", "behind"),
    [
        ((0, 0), "`a.py:1`\n```\ndef f():\n```"),
        ((1, 2), "`a.py:2-3`\n```\na = 1\nreturn a\n```"),
        ((2, 3), "`a.py:3-4`\n```\nreturn a\n```"),
        ((3, 3), "`a.py:4`"),
        ((4, 99), "`a.py:5`\n```\nprint(f())\n```"),
        ((99, 99), "`a.py:5`\n```\nprint(f())\n```"),
    ],
)
def test_lines_are_quoted_with_their_place(rows: tuple[int, int], behind: str) -> None:
    assert quoted("why?", "a.py", LINES, rows, limit=8_000) == f"why?\n\n{behind}"


def test_nothing_in_the_lines_ends_the_quote() -> None:
    found = quoted("x", "a.md", ["```js\n", "````\n", "b\n"], (0, 2), limit=8_000)
    assert found.splitlines()[3] == found.splitlines()[-1] == "`````"


def test_drafts_are_no_lines_of_the_file() -> None:
    lines = ["a\n", "# peerline> why?\n", "b\n", "# peerline> and this?\n", "c\n"]
    assert quoted("x", "a", lines, (2, 4), limit=8_000) == "x\n\n`a:2-3`\n```\nb\nc\n```"


def test_what_is_too_long_is_cut_or_named_by_its_place_alone() -> None:
    whole = "x" * MAX_QUOTED_CHARS
    for line, shown in ((whole, whole), (whole + "y", f"{whole}\n…")):
        found = quoted("x", "a", [line], (0, 0), limit=8_000)
        assert found == f"x\n\n`a:1`\n```\n{shown}\n```"
    assert quoted("x" * 90, "a", ["y" * 20], (0, 0), limit=100) == "x" * 90 + "\n\n`a:1`"
