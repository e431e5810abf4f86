"""Drafts: lines `peerline> …` in a file of any language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline_bridge.texts.drafts import (
    MAX_DRAFT_LINES,
    draft_at,
    drafts_in,
    is_draft,
    new_draft,
    without_drafts,
)
from peerline_bridge.texts.positions import split_lines


@pytest.mark.parametrize(
    ("line", "content"),
    [
        ("# peerline> why?\n", "why?"),
        ("    // peerline> why?", "why?"),
        ("peerline> why?\r\n", "why?"),
        ("peerline>why?", "why?"),
        ("<!-- peerline> a -> b -->\n", "a -> b"),
        ("/* peerline> why? */\n", "why?"),
        (" * peerline> why?\n", "why?"),
        ('" peerline> why?\n', "why?"),
        ("-- peerline>  two  spaces \n", "two  spaces"),
        ("# peerline>\n", ""),
    ],
)
def test_a_draft_is_found_in_the_comments_of_each_language(line: str, content: str) -> None:
    draft = draft_at([line, "code\n"], 0)
    assert draft is not None
    assert (draft.content, draft.target) == (content, 1)


@pytest.mark.parametrize(
    "line", ["peerline: x", "say('peerline> x')", "x = 1  # peerline> no", "# Peerline> x", ""]
)
def test_other_lines_are_no_drafts(line: str) -> None:
    assert not is_draft(line)
    assert draft_at([line], 0) is None


def test_lines_in_a_row_are_one_draft_about_the_line_below() -> None:
    lines = split_lines("a\n# peerline> one\n# peerline> two\nb\n# peerline> three\n")
    first = draft_at(lines, 2)
    assert first is not None
    assert (first.first, first.last, first.target, first.content) == (1, 2, 3, "one\ntwo")
    last = draft_at(lines, 4)
    assert last is not None
    assert last.target == 3, "at the end of a file it is about the line above"
    assert drafts_in(lines) == [first, last]


@pytest.mark.parametrize(
    ("marker", "target_last", "name"),
    [
        ("peerline>", 1, "line 2"),
        ("peerline[1]>", 1, "line 2"),
        ("peerline[0]>", 1, "line 2"),
        ("peerline[2]>", 2, "lines 2-3"),
        ("peerline[9999]>", 3, "lines 2-4"),
    ],
)
def test_a_draft_may_be_about_several_lines(marker: str, target_last: int, name: str) -> None:
    lines = split_lines(f"# {marker} why?\na\nb\nc\n# peerline> next\nd\n")
    draft = draft_at(lines, 0)
    assert draft is not None
    assert (draft.target, draft.target_last, draft.content) == (1, target_last, "why?")
    assert draft.target_name == name


def test_more_digits_are_no_draft() -> None:
    assert not is_draft("# peerline[12345]> x")
    assert not is_draft("# peerline[]> x")


def test_a_file_of_drafts_is_about_nothing() -> None:
    draft = draft_at(["# peerline> alone"], 0)
    assert draft is not None
    assert draft.target is None


def test_a_draft_is_bounded() -> None:
    longest = ["# peerline> x\n"] * (2 * MAX_DRAFT_LINES + 5)
    draft = draft_at(longest, 0)
    assert draft is not None
    assert draft.last == MAX_DRAFT_LINES


@pytest.mark.parametrize(
    ("uri", "line", "expected"),
    [
        ("file:///a/x.py", "    total = 0\n", "    # peerline> "),
        ("file:///a/x.rs", "\tlet x = 1;\n", "\t// peerline> "),
        ("file:///a/x.HTML", "  <p>\n", "  <!-- peerline>  -->"),
        ("file:///a/x.css", "a {\n", "/* peerline>  */"),
        ("file:///a/x.lua", "x()\n", "-- peerline> "),
        ("file:///a/notes.txt", "x\n", "peerline> "),
        ("file:///a/Makefile", "all:\n", "# peerline> "),
        ("file:///a/%23x.el", "(x)\n", ";; peerline> "),
    ],
)
def test_a_new_draft_is_a_comment_of_its_language(uri: str, line: str, expected: str) -> None:
    assert new_draft(line, uri) == expected
    assert is_draft(expected)
    several = new_draft(line, uri, 3)
    assert several == expected.replace("peerline>", "peerline[3]>")
    assert is_draft(several)


@given(st.lists(st.sampled_from(["code\n", "# peerline> x\n", "\n"]), min_size=1), st.data())
def test_others_never_see_a_draft(lines: list[str], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(lines) - 1))
    kept, moved = without_drafts(lines, row)
    assert not any(map(is_draft, kept))
    if not is_draft(lines[row]):
        assert kept[moved] is lines[row]
