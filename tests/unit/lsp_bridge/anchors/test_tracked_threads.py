"""Tests of anchors.tracked_threads, anchors.spans and anchors.line_map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.editor.base import Position, Range
from peerline_bridge.anchors.line_map import map_rows
from peerline_bridge.anchors.locate import Place
from peerline_bridge.anchors.spans import Span, Spans
from peerline_bridge.anchors.tracked_threads import ThreadRows
from peerline_bridge.texts.open_texts import Document, TextChange
from peerline_bridge.texts.positions import Encoding, split_lines
from tests.unit.lsp_bridge.anchors.test_anchor import TEXT, comment_on

ID = "c1"


class Editor:
    """A document with one thread, edited as an editor does it."""

    def __init__(self, text: str, first: int, last: int | None = None) -> None:
        self.document = Document("file:///a", 1, split_lines(text))
        self.rows = ThreadRows()
        self.rows.add(comment_on(text, first, last))
        self.settle()

    def change(self, text: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        """One change of a didChange."""
        self.apply(
            TextChange(
                text,
                Range(
                    start=Position(line=start[0], character=start[1]),
                    end=Position(line=end[0], character=end[1]),
                ),
            )
        )

    def apply(self, change: TextChange) -> None:
        edit = self.document.apply(change, Encoding.UTF16)
        self.rows.follow(self.document, edit)

    def settle(self) -> None:
        """The step after a didChange."""
        self.rows.locate_some(self.document, 100)

    @property
    def place(self) -> tuple[int, int] | None:
        place = self.rows.place_of(ID)
        return None if place is None else (place.first, place.last)

    @property
    def commented(self) -> list[str]:
        assert self.place is not None
        return [line.strip() for line in self.document.lines[self.place[0] : self.place[1] + 1]]


def test_lines_above_inside_and_below() -> None:
    editor = Editor(TEXT, 2, 4)
    editor.change("# above\n", (2, 0), (2, 0))
    assert editor.place == (3, 5)
    editor.change("\n    # inside", (4, 9999), (4, 9999))
    assert editor.place == (3, 6)
    editor.change("    # below\n", (7, 0), (7, 0))
    assert editor.place == (3, 6)
    editor.change("", (4, 0), (5, 0))
    assert editor.place == (3, 5)


def test_breaking_the_line_before_inside_and_behind_it() -> None:
    editor = Editor(TEXT, 2)
    editor.change("\n", (2, 0), (2, 0))
    assert editor.place == (3, 3)
    editor.change("\n", (3, 12), (3, 12))
    assert editor.place == (3, 3)
    editor.change("\n    ", (3, 4), (3, 4))
    assert editor.commented == ["first():"]


def test_typing_in_the_line_keeps_it_until_another_line_is_written_over_it() -> None:
    editor = Editor(TEXT, 3)
    editor.change("renamed_", (3, 4), (3, 4))
    assert editor.place == (3, 3)
    # As `cc` in Vim: first all of it goes, then something else is typed.
    editor.change("", (3, 4), (3, 9999))
    assert editor.place == (3, 3)
    for at, char in enumerate("log(None)"):
        editor.change(char, (3, 4 + at), (3, 4 + at))
    assert editor.place == (3, 3)
    editor.change('raise RuntimeError("[]{}#")', (3, 0), (3, 9999))
    assert editor.place is None


def test_a_deleted_line_comes_back_with_the_undo() -> None:
    editor = Editor(TEXT, 3)
    line = editor.document.lines[3]
    editor.change("", (3, 0), (4, 0))
    editor.settle()
    assert editor.place is None
    editor.change("# more\n", (0, 0), (0, 0))
    assert editor.place is None
    editor.change(line, (4, 0), (4, 0))
    assert editor.place == (4, 4)


def test_a_line_that_says_nothing_comes_back_with_the_undo_only() -> None:
    text = "one = 1\n}\ntwo = 2\nthree = 3\n"
    editor = Editor(text, 1)
    editor.change("", (1, 0), (2, 0))
    editor.change("}\n", (2, 0), (2, 0))
    editor.settle()
    assert editor.place is None
    editor.change("}\n", (1, 0), (1, 0))
    assert editor.place == (1, 1)


def test_a_line_that_is_moved_is_followed_whichever_way_it_is_sent() -> None:
    editor = Editor(TEXT, 3)
    line = editor.document.lines[3]
    editor.change("", (3, 0), (4, 0))
    editor.change(line, (4, 0), (4, 0))
    assert editor.place == (4, 4)
    editor = Editor(TEXT, 3)
    editor.change(line, (5, 0), (5, 0))
    editor.change("", (3, 0), (4, 0))
    editor.settle()
    assert editor.place == (4, 4)


def test_joined_lines_are_in_what_they_became() -> None:
    editor = Editor(TEXT, 4)
    editor.change(" ", (3, 9999), (4, 4))
    assert editor.place == (3, 3)


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_formatter_that_replaces_all_of_the_text(*, is_whole: bool) -> None:
    editor = Editor(TEXT, 7)
    editor.change("renamed_", (7, 4), (7, 4))
    formatted = "# formatted\n" + editor.document.text.replace("    ", "\t").replace('"', "'")
    if is_whole:
        editor.apply(TextChange(formatted))
    else:
        editor.change(formatted, (0, 0), (99, 0))
    assert editor.place == (8, 8)
    assert "renamed_value" in editor.commented[0]
    editor.apply(TextChange("nothing\nof it\n"))
    editor.settle()
    assert editor.place is None
    editor.apply(TextChange(formatted))
    editor.rows.retry()
    editor.settle()
    assert editor.place == (8, 8)


def test_an_outdated_thread_is_found_when_its_text_comes() -> None:
    editor = Editor(TEXT, 3)
    rows = ThreadRows()
    rows.add(comment_on(TEXT, 3))
    document = Document("file:///a", 1, ["nothing"])
    rows.locate_some(document, 1)
    assert rows.is_known(ID)
    assert rows.place_of(ID) is None
    edit = document.apply(TextChange(TEXT), Encoding.UTF16)
    rows.follow(document, edit)
    rows.retry()
    rows.locate_some(document, 1)
    assert rows.place_of(ID) == Place(3, 3)
    assert editor.place == (3, 3)


def test_a_thread_that_has_gone_is_not_located() -> None:
    rows = ThreadRows()
    rows.add(comment_on(TEXT, 3))
    rows.remove(ID)
    rows.locate_some(Document("file:///a", 1, split_lines(TEXT)), 1)
    assert rows.place_of(ID) is None
    assert not rows.is_known(ID)
    assert not rows.has_waiting


UNIQUE = [f"line number {number}\n" for number in range(12)]
CHANGES = st.lists(
    st.tuples(st.integers(0, 14), st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=8
)


def whole_lines(editor: Editor, number: int, change: tuple[int, int, int]) -> TextChange:
    """A change that takes lines away and puts new ones there, all different."""
    start, removed, added = change
    first = min(start, len(editor.document.lines) - 1)
    last = min(first + removed, len(editor.document.lines) - 1)
    new = "".join(f"{'~@#'[index] * 12} {number}\n" for index in range(added))
    return TextChange(
        new,
        Range(start=Position(line=first, character=0), end=Position(line=last, character=0)),
    )


@given(st.integers(0, 11), st.integers(0, 3), CHANGES)
def test_following_edits_is_right_or_says_that_the_line_is_gone(
    first: int, height: int, changes: list[tuple[int, int, int]]
) -> None:
    last = min(first + height, 11)
    editor = Editor("".join(UNIQUE), first, last)
    wanted = UNIQUE[first : last + 1]
    for number, change in enumerate(changes):
        editor.apply(whole_lines(editor, number, change))
        editor.settle()
        left = [row for row, line in enumerate(editor.document.lines) if line in wanted]
        if height == 0:
            assert editor.place == ((left[0], left[0]) if left else None)
        elif left:
            # What was written between the lines belongs to them, and nothing else does.
            assert editor.place is not None
            assert editor.place[0] <= left[0] <= left[-1] <= editor.place[1]
            assert not set(editor.commented) & {line.strip() for line in UNIQUE} - {
                line.strip() for line in wanted
            }


@given(st.integers(0, 11), CHANGES)
def test_following_equals_locating_where_lines_are_unique(
    row: int, changes: list[tuple[int, int, int]]
) -> None:
    editor = Editor("".join(UNIQUE), row)
    for number, change in enumerate(changes):
        editor.apply(whole_lines(editor, number, change))
    editor.settle()
    fresh = ThreadRows()
    fresh.add(comment_on("".join(UNIQUE), row))
    fresh.locate_some(editor.document, 1)
    place = fresh.place_of(ID)
    assert editor.place == (None if place is None else (place.first, place.last))


@given(
    st.lists(st.sampled_from(["a = 1\n", "b = 2\n", "}\n", "\n", "other = 3\n"]), min_size=1),
    st.data(),
)
def test_undo_restores(lines: list[str], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(lines) - 1))
    editor = Editor("".join(lines), row)
    before = editor.place
    changes = data.draw(CHANGES)
    undo: list[tuple[TextChange, str]] = []
    for number, change in enumerate(changes):
        done = whole_lines(editor, number, change)
        text = editor.document.text
        assert done.range is not None
        start, end = done.range.start.line, done.range.end.line
        old = "".join(editor.document.lines[start:end])
        editor.apply(done)
        back = start + done.text.count("\n")
        undo.append(
            (
                TextChange(
                    old,
                    Range(
                        start=Position(line=start, character=0),
                        end=Position(line=back, character=0),
                    ),
                ),
                text,
            )
        )
    for change, text in reversed(undo):
        editor.apply(change)
        assert editor.document.text == text
    assert editor.place == before


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=20), st.data())
def test_spans_find_what_touches_and_move_what_is_below(
    ranges: list[tuple[int, int]], data: st.DataObject
) -> None:
    spans = Spans()
    for number, (first, height) in enumerate(ranges):
        spans.put(Span(str(number), first, first + height))
    low = data.draw(st.integers(0, 35))
    high = data.draw(st.integers(low, 36))
    expected = {
        str(number)
        for number, (row, height) in enumerate(ranges)
        if row <= high and row + height >= low
    }
    assert {span.thread_id for span in spans.touching(low, high)} == expected
    spans.shift(low, 7)
    for number, (first, _) in enumerate(ranges):
        span = spans.get(str(number))
        assert span is not None
        assert span.first == (first + 7 if first >= low else first)
    for number in range(len(ranges)):
        assert spans.pop(str(number)) is not None
    assert len(spans) == 0


@given(
    st.lists(st.sampled_from("abcdefgh"), max_size=12),
    st.lists(st.sampled_from("abcdefgh"), max_size=12),
)
def test_rows_are_mapped_in_order_and_to_equal_lines(old: list[str], new: list[str]) -> None:
    mapped = map_rows(old, new, range(len(old)))
    pairs = sorted((row, place) for row, (place, _) in mapped.items())
    assert [place for _, place in pairs] == sorted({place for _, place in pairs})
    for row, (place, alike) in mapped.items():
        assert alike < 1.0 or old[row] == new[place]
    if old == new:
        assert pairs == [(row, row) for row in range(len(old))]
