"""Positions of an editor's text as offsets, in each encoding, against walks over all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.documents.delta import Delta, apply, normal
from peerline.protocol.editor.base import Position, Range
from peerline_bridge.coediting.offsets import BLOCK_LINES, EditorText, line_end_of, with_lf
from peerline_bridge.texts.open_texts import TextChange
from peerline_bridge.texts.positions import Encoding

ALPHABET = "ab\u2028\u0301é\u20ac\U0001f600\x0b\x85"
LINES = st.lists(st.text(alphabet=ALPHABET, max_size=6), min_size=1, max_size=12)
ENCODINGS = st.sampled_from(list(Encoding))


def units(text: str, encoding: Encoding) -> int:
    """The code units of a text, counted by Python's codecs."""
    if encoding is Encoding.UTF32:
        return len(text)
    if encoding is Encoding.UTF8:
        return len(text.encode())
    return len(text.encode("utf-16-le")) // 2


def position_of(text: str, offset: int, encoding: Encoding) -> Position:
    before = text[:offset]
    line = before.count("\n")
    return Position(line=line, character=units(before[before.rfind("\n") + 1 :], encoding))


@given(LINES, ENCODINGS, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_offsets_and_positions_go_there_and_back(
    lines: list[str], encoding: Encoding, end: str, keeps_cr: bool
) -> None:
    text = EditorText(end.join(lines), encoding, keeps_cr=keeps_cr)
    plain = "\n".join(lines)
    assert text.text == plain
    for offset in range(len(plain) + 1):
        position = position_of(plain, offset, encoding)
        assert text.position(offset) == position
        assert text.offset(position) == offset


@st.composite
def texts_and_changes(draw: st.DrawFn) -> tuple[list[str], list[tuple[float, float, str]]]:
    changes = st.tuples(
        st.floats(0, 1),
        st.floats(0, 1),
        st.lists(st.text(alphabet=ALPHABET, max_size=4)).map("\n".join),
    )
    return draw(LINES), draw(st.lists(changes, max_size=6))


@given(texts_and_changes(), ENCODINGS, st.sampled_from(["\n", "\r\n"]))
def test_a_change_is_the_delta_that_it_makes(
    drawn: tuple[list[str], list[tuple[float, float, str]]], encoding: Encoding, end: str
) -> None:
    lines, changes = drawn
    # Few lines in a block, so that a change goes over several.
    blocks = ["x"] * (BLOCK_LINES - 3)
    plain = "\n".join([*blocks, *lines, *blocks, *lines])
    text = EditorText(plain.replace("\n", end), encoding)
    for one, two, inserted in changes:
        start, stop = sorted((int(one * len(plain)), int(two * len(plain))))
        where = Range(
            start=position_of(plain, start, encoding), end=position_of(plain, stop, encoding)
        )
        delta = text.change([TextChange(inserted.replace("\n", end), where)])
        before, plain = plain, plain[:start] + inserted + plain[stop:]
        assert text.text == plain
        assert apply(before, delta) == plain
        touched = sum(len(each) if isinstance(each, str) else max(0, -each) for each in delta)
        assert touched <= len(inserted) + stop - start
        if start == stop:
            assert delta == normal((start, inserted))
        assert text.position(len(plain)) == position_of(plain, len(plain), encoding)


@given(LINES, LINES, ENCODINGS, st.sampled_from(["\n", "\r\n"]), st.data())
def test_the_edits_of_a_delta_make_it(
    lines: list[str], other: list[str], encoding: Encoding, end: str, data: st.DataObject
) -> None:
    plain = "\n".join(lines)
    at = 0
    operations: list[int | str] = []
    for piece in other:
        kept = data.draw(st.integers(0, len(plain) - at))
        gone = data.draw(st.integers(0, len(plain) - at - kept))
        at += kept + gone
        operations += [kept, piece, -gone, 0]
    delta = normal([operation for operation in operations if operation])
    before = EditorText(end.join(lines), encoding)
    edits = before.edits(delta)
    editor = EditorText(end.join(lines), encoding)
    for edit in edits:
        editor.change([TextChange(edit.newText, edit.range)])
    assert editor.text == apply(plain, delta)
    starts = [edit.range.start for edit in edits]
    assert starts == sorted(starts, key=lambda at: (at.line, at.character), reverse=True)


@pytest.mark.parametrize(
    ("range_", "inserted", "delta"),
    [
        # `o` in Neovim: the newline of the line above stays, and what is typed in front of it.
        (((0, 3), (1, 0)), "\n\n", (4, "\n")),
        # `>j`
        (((0, 0), (2, 0)), "  one\n  two\n", ("  ", 4, "  ")),
        # `:%s/o/0/`
        (((0, 0), (1, 3)), "0ne\ntw0", ("0", -1, 5, "0", -1)),
        (((0, 0), (2, 0)), "one\ntwo\n", ()),
    ],
)
def test_what_stays_in_the_range_of_a_change_is_no_edit(
    range_: tuple[tuple[int, int], tuple[int, int]], inserted: str, delta: Delta
) -> None:
    start, end = (Position(line=line, character=character) for line, character in range_)
    text = EditorText("one\ntwo\nthree\n", Encoding.UTF8)
    assert text.change([TextChange(inserted, Range(start=start, end=end))]) == delta


def test_a_whole_text_is_the_smallest_change() -> None:
    text = EditorText("one\ntwo\n", Encoding.UTF16)
    assert text.change([TextChange("one\ntwo!\n")]) == (7, "!")
    assert text.text == "one\ntwo!\n"


def test_positions_that_are_nowhere_are_the_nearest() -> None:
    text = EditorText("one\n\U0001f600", Encoding.UTF16)
    assert text.offset(Position(line=0, character=99)) == 3
    assert text.offset(Position(line=9, character=0)) == 5
    assert text.offset(Position(line=1, character=1)) == 4, "inside of a character: its start"
    assert text.position(99) == Position(line=1, character=2)


@pytest.mark.parametrize(
    ("text", "keeps_cr", "expected"),
    [
        ("a\r\nb\r\n", False, "a\nb\n"),
        ("a\r\nb\r\n", True, "a\nb\n"),
        ("a\rb\n", False, "a\nb\n"),
        ("a\rb\n", True, "a\rb\n"),
        ("a\r\nb\n", True, "a\r\nb\n"),
    ],
)
def test_a_cr_ends_a_line_where_it_does_so_for_the_editor(
    text: str, keeps_cr: bool, expected: str
) -> None:
    assert with_lf(text, line_end_of(text), keeps_cr=keeps_cr) == expected


def test_a_character_behind_a_cr_inside_of_a_line_is_found() -> None:
    text = EditorText("a\r\nb\n", Encoding.UTF8, keeps_cr=True)
    assert text.offset(Position(line=0, character=2)) == 2
    where = Range(start=Position(line=0, character=2), end=Position(line=0, character=2))
    assert text.change([TextChange("!", where)]) == (2, "!")
