"""Tests of peerline.agent.acp.changes."""

from peerline.agent.acp.changes import MAX_COMPARED_LINES, touched
from peerline.agent.reports import TouchedFile


def test_lines_are_counted_and_shown_as_a_diff() -> None:
    old = "".join(f"{number}\n" for number in range(1, 21))
    new = old.replace("10\n", "ten\n10b\n")
    assert touched("a.py", old, new) == TouchedFile(
        "a.py",
        "modified",
        lines_added=2,
        lines_removed=1,
        diff="@@ -7,7 +7,8 @@\n 7\n 8\n 9\n-10\n+ten\n+10b\n 11\n 12\n 13",
    )


def test_a_file_that_was_not_there_is_new() -> None:
    found = touched("a.py", None, "one\ntwo\n")
    assert (found.change, found.lines_added, found.lines_removed) == ("created", 2, 0)
    assert found.diff == "@@ -0,0 +1,2 @@\n+one\n+two"


def test_the_same_text_has_no_diff() -> None:
    found = touched("a.py", "one\n", "one\n")
    assert (found.lines_added, found.lines_removed, found.diff) == (0, 0, None)


def test_a_line_that_looks_like_a_hunk_stays_as_it_is() -> None:
    old = "".join(f"{number}\n" for number in range(1, 9)) + "@@ -1,2 +3,4 @@\nend\n"
    found = touched("a.py", old, old.replace("end", "END"))
    assert found.diff is not None
    assert " @@ -1,2 +3,4 @@" in found.diff.splitlines()


def test_a_change_that_is_too_long_is_only_counted() -> None:
    half = MAX_COMPARED_LINES // 2
    old, new = ("".join(f"{letter}{n}\n" for n in range(half)) for letter in "ab")
    assert touched("a.py", old, new).diff is not None
    found = touched("a.py", old, new + "more\n")
    assert (found.lines_added, found.lines_removed, found.diff) == (half + 1, half, None)
