"""Tests of texts.line_edit: the edit is applied as LSP says it is."""

from hypothesis import given
from hypothesis import strategies as st

from peerline_bridge.texts.line_edit import replace_rows
from peerline_bridge.texts.open_texts import Document, TextChange
from peerline_bridge.texts.positions import Encoding, content_of, split_lines

LINES = st.lists(st.text("aé漢🦊\u2028", max_size=4), min_size=1, max_size=6)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def applied(text: str, first: int, last: int, new: list[str], encoding: Encoding) -> str:
    where, inserted = replace_rows(split_lines(text), first, last, new, encoding)
    document = Document("file:///a", 1, split_lines(text))
    document.apply(TextChange(inserted, where), encoding)
    return document.text


@given(LINES, ENDS, LINES, st.data())
def test_rows_are_replaced_and_the_others_stay_as_they_are(
    lines: list[str], end: str, new: list[str], data: st.DataObject
) -> None:
    encoding = data.draw(st.sampled_from(Encoding))
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, len(lines) - 1))
    expected = [*lines[:first], *new, *lines[last + 1 :]]
    result = applied(end.join(lines), first, last, new, encoding)
    if len(lines) == 1:
        # A text of one line has no end of a line to go by.
        assert [content_of(line) for line in split_lines(result)] == expected
    else:
        assert result == end.join(expected)


@given(LINES, ENDS, st.data())
def test_rows_are_deleted_with_one_end_of_a_line(
    lines: list[str], end: str, data: st.DataObject
) -> None:
    encoding = data.draw(st.sampled_from(Encoding))
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, len(lines) - 1))
    result = applied(end.join(lines), first, last, [], encoding)
    assert result == end.join([*lines[:first], *lines[last + 1 :]])
