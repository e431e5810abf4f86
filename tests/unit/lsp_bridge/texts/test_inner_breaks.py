r"""Tests of texts.inner_breaks: lines of editors that keep a lone \r, as lines of the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.editor.base import Position, Range
from peerline_bridge.texts import inner_breaks, positions
from peerline_bridge.texts.inner_breaks import keeps_cr
from peerline_bridge.texts.open_texts import Documents, TextChange
from peerline_bridge.texts.positions import Encoding, split_lines

TEXT = "a\rb\nc\n"
texts = st.text(st.sampled_from("ab\u00e9\U0001f600\r\n"), max_size=30)


def test_the_line_of_an_editor_that_keeps_cr_is_the_wires_line() -> None:
    lines = split_lines(TEXT, keeps_cr=True)
    assert lines == ["a\rb\n", "c\n", ""]
    to_wire, from_wire = inner_breaks.to_wire, inner_breaks.from_wire
    assert to_wire(lines, Position(line=1, character=0), Encoding.UTF16) == (3, 1)
    assert to_wire(lines, Position(line=0, character=2), Encoding.UTF16) == (2, 1)
    assert from_wire(lines, 3, 1, Encoding.UTF16) == Position(line=1, character=0)
    assert from_wire(lines, 2, 2, Encoding.UTF16) == Position(line=0, character=3)


@given(texts, st.integers(0, 40), st.sampled_from(Encoding))
def test_a_place_is_the_same_in_both_models(text: str, index: int, encoding: Encoding) -> None:
    index = min(index, len(text))
    if text[index - 1 : index + 1] == "\r\n":
        index -= 1  # nobody's cursor is between the two
    kept, split = split_lines(text, keeps_cr=True), split_lines(text)
    here = position_of(kept, index, encoding)
    wire = positions.to_wire(split, position_of(split, index, encoding), encoding)
    content = positions.content_of(kept[here.line])
    if positions.index_of(kept[here.line], here.character, encoding) > len(content):
        return
    if index - sum(map(len, kept[: here.line])) <= len(content):
        assert inner_breaks.to_wire(kept, here, encoding) == wire
        assert inner_breaks.from_wire(kept, *wire, encoding) == here


@given(texts, st.integers(0, 40))
def test_rows_of_both_models_contain_each_other(text: str, row: int) -> None:
    lines = split_lines(text, keeps_cr=True)
    row = min(row, len(lines) - 1)
    assert inner_breaks.editor_row(lines, inner_breaks.wire_row(lines, row)) == row
    assert inner_breaks.wire_row(lines, len(lines) - 1) <= len(split_lines(text)) - 1


@given(texts, st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), texts), max_size=4))
def test_edits_leave_what_a_new_text_would_have(
    text: str, edits: list[tuple[int, int, str]]
) -> None:
    documents = Documents(keeps_cr=True)
    document = documents.open("file:///a", 1, text + "\n")
    assert document.keeps_cr
    for line, character, new in edits:
        place = Position(line=line, character=character)
        document.apply(TextChange(new, Range(start=place, end=place)), Encoding.UTF16)
        assert document.lines == split_lines(document.text, keeps_cr=True)


@pytest.mark.parametrize(
    ("text", "lines"),
    [("a\rb\r", ["a\r", "b\r", ""]), ("a\r\nb\n", ["a\r\n", "b\n", ""]), ("", [""])],
)
def test_a_text_whose_only_breaks_are_cr_has_them_as_breaks(text: str, lines: list[str]) -> None:
    document = Documents(keeps_cr=True).open("file:///a", 1, text)
    assert document.lines == lines
    assert not document.has_inner_breaks


@pytest.mark.parametrize(
    ("name", "keeps"),
    [
        ("Neovim", True),
        ("emacs@v29.1", True),
        ("Eglot", True),
        ("Visual Studio Code", False),
        ("lsp", False),
    ],
)
def test_whose_lines_may_hold_a_cr(name: str, *, keeps: bool) -> None:
    assert keeps_cr(name) is keeps


def position_of(lines: list[str], index: int, encoding: Encoding) -> Position:
    for row, line in enumerate(lines):
        if index < len(line) or row == len(lines) - 1:
            return Position(line=row, character=positions.units_before(line, index, encoding))
        index -= len(line)
    raise AssertionError
