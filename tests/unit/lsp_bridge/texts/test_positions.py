"""Tests of texts.positions and texts.open_texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.editor.base import Position, Range
from peerline_bridge.texts.open_texts import Document, TextChange
from peerline_bridge.texts.positions import (
    Encoding,
    content_of,
    from_wire,
    index_of,
    split_lines,
    to_wire,
    units_before,
)

CHARS = "aé漢🦊\u2028\x0c\x85\x1c\r\n \t"
TEXT = st.text(CHARS, max_size=30)
ENCODINGS = st.sampled_from(Encoding)
CODECS = {Encoding.UTF8: ("utf-8", 1), Encoding.UTF16: ("utf-16-le", 2)}


@given(TEXT)
def test_lines_are_split_at_line_ends_only_and_joined_give_the_text(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert all(line.endswith(("\r", "\n")) for line in lines[:-1])
    assert not lines[-1].endswith(("\r", "\n"))
    assert all("\n" not in content_of(line) and "\r" not in content_of(line) for line in lines)
    assert len(lines) == text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1


@given(TEXT, ENCODINGS)
def test_units_are_those_of_the_encoding_and_round_trip(text: str, encoding: Encoding) -> None:
    for line in split_lines(text):
        content = content_of(line)
        for index in range(len(content) + 1):
            units = units_before(line, index, encoding)
            if encoding in CODECS:
                codec, size = CODECS[encoding]
                assert units == len(content[:index].encode(codec)) // size
            else:
                assert units == index
            assert index_of(line, units, encoding) == index


@given(TEXT, ENCODINGS, st.data())
def test_a_position_survives_the_wire_in_every_encoding(
    text: str, encoding: Encoding, data: st.DataObject
) -> None:
    lines = split_lines(text)
    row = data.draw(st.integers(0, len(lines) - 1))
    index = data.draw(st.integers(0, len(content_of(lines[row]))))
    here = Position(line=row, character=units_before(lines[row], index, encoding))
    line, column = to_wire(lines, here, encoding)
    assert (line, column) == (row + 1, units_before(lines[row], index, Encoding.UTF16) + 1)
    assert from_wire(lines, line, column, encoding) == here


@given(TEXT, ENCODINGS, st.integers(0, 50), st.integers(0, 50))
def test_a_position_outside_is_moved_to_where_there_is_text(
    text: str, encoding: Encoding, line: int, character: int
) -> None:
    lines = split_lines(text)
    there = to_wire(lines, Position(line=line, character=character), encoding)
    back = from_wire(lines, line + 1, character + 1, encoding)
    assert there[0] <= len(lines)
    assert back.line < len(lines)
    content = content_of(lines[back.line])
    assert back.character <= units_before(content, len(content), encoding)


@pytest.mark.parametrize(("units", "index"), [(0, 0), (1, 0), (2, 1), (3, 2), (9, 2)])
def test_the_middle_of_a_character_means_its_start(units: int, index: int) -> None:
    assert index_of("🦊x\n", units, Encoding.UTF16) == index


@given(
    st.text(alphabet=st.sampled_from("aé漢🦊\ud800")),
    st.integers(-2, 40),
    st.sampled_from(Encoding),
)
def test_units_are_counted_as_character_by_character(
    text: str, units: int, encoding: Encoding
) -> None:
    sizes = {"a": (1, 1), "é": (2, 1), "漢": (3, 1), "🦊": (4, 2), "\ud800": (3, 1)}
    which = {Encoding.UTF8: 0, Encoding.UTF16: 1}.get(encoding)
    count, expected = 0, len(text)
    for index, char in enumerate(text):
        count += 1 if which is None else sizes[char][which]
        if count > units:
            expected = index
            break
    assert index_of(text, units, encoding) == expected
    before = text[:expected]
    assert units_before(text, expected, encoding) == sum(
        1 if which is None else sizes[char][which] for char in before
    )


CHANGES = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 8), st.integers(0, 6), st.integers(0, 8), TEXT),
    max_size=8,
)


@given(TEXT, CHANGES, ENCODINGS)
def test_edits_give_the_text_that_plain_strings_give(
    text: str, changes: list[tuple[int, int, int, int, str]], encoding: Encoding
) -> None:
    document = Document("file:///x", 1, split_lines(text))
    expected = text
    for first_line, first, last_line, last, new in changes:
        start = Position(line=first_line, character=first)
        end = Position(line=last_line, character=last)
        if (end.line, end.character) < (start.line, start.character):
            start, end = end, start
        expected = _replaced(expected, start, end, new, encoding)
        document.apply(TextChange(new, Range(start=start, end=end)), encoding)
        assert document.text == expected
        assert document.lines == split_lines(expected)


def _replaced(text: str, start: Position, end: Position, new: str, encoding: Encoding) -> str:
    lines = split_lines(text)

    def offset(position: Position) -> int:
        if position.line >= len(lines):
            return len(text)
        before = sum(map(len, lines[: position.line]))
        return before + index_of(lines[position.line], position.character, encoding)

    return text[: offset(start)] + new + text[offset(end) :]
