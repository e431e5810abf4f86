"""The user's place, from a client's requests."""

from peerline.protocol.editor.base import LineRange, Position, Range
from peerline_bridge.plain.inference import MAX_VIEWPORT_LINES, Inference, Viewport
from peerline_bridge.texts.open_texts import TextChange

URI = "file:///w/a.py"
OTHER = "file:///w/b.py"


def at(line: int, character: int = 0) -> Position:
    return Position(line=line, character=character)


def between(first: Position, last: Position) -> Range:
    return Range(start=first, end=last)


def test_highlights_tell_the_cursor_and_the_same_one_once() -> None:
    inference = Inference()
    seen = inference.highlight(URI, at(3, 4))
    assert seen is not None
    assert seen.textDocument is not None
    assert (seen.textDocument.uri, seen.position, seen.selection) == (URI, at(3, 4), None)
    assert inference.highlight(URI, at(3, 4)) is None
    assert inference.cursor == (URI, at(3, 4))


def test_a_hover_counts_only_while_there_are_no_highlights() -> None:
    inference = Inference()
    assert inference.hover(URI, at(1)) is not None
    inference.highlight(URI, at(2))
    assert inference.hover(URI, at(9)) is None, "it is where the mouse is"


def test_code_actions_tell_the_selection_which_stays_while_the_cursor_is_at_its_edge() -> None:
    inference = Inference()
    selected = between(at(1), at(2, 5))
    seen = inference.code_action(URI, selected)
    assert seen is not None
    assert (seen.position, seen.selection) == (at(2, 5), selected)
    again = inference.highlight(URI, at(1))
    assert again is not None
    assert again.selection == selected
    moved = inference.highlight(URI, at(7))
    assert moved is not None
    assert moved.selection is None
    empty = inference.code_action(URI, between(at(8), at(8)))
    assert empty is not None
    assert (empty.position, empty.selection) == (at(8), None)


def test_a_whole_document_is_neither_selection_nor_viewport() -> None:
    inference = Inference()
    assert inference.code_action(URI, between(at(0), at(MAX_VIEWPORT_LINES + 1))) is None
    assert inference.visible(URI, LineRange(start=0, end=MAX_VIEWPORT_LINES)) is None
    assert inference.visible(URI, LineRange(start=0, end=MAX_VIEWPORT_LINES - 1)) is not None


def test_visible_lines_go_with_the_cursor_or_alone() -> None:
    inference = Inference()
    rows = LineRange(start=5, end=40)
    assert inference.visible(URI, rows) == Viewport(URI, rows)
    assert inference.visible(URI, rows) is None
    seen = inference.highlight(URI, at(6))
    assert seen is not None
    assert seen.viewport == rows
    lower = inference.visible(URI, LineRange(start=9, end=44))
    assert not isinstance(lower, Viewport)
    assert lower is not None
    assert lower.viewport == LineRange(start=9, end=44)
    assert inference.visible(OTHER, rows) == Viewport(OTHER, rows)


def test_typing_tells_the_cursor_and_a_formatter_does_not() -> None:
    inference = Inference()
    typed = inference.edited(URI, [TextChange("abc", between(at(4, 2), at(4, 2)))])
    assert typed is not None
    assert typed.position == at(4, 5)
    line = inference.edited(URI, [TextChange("\n    ", between(at(4, 5), at(4, 5)))])
    assert line is not None
    assert line.position.line == 5
    one = TextChange("x", between(at(1), at(1)))
    assert inference.edited(URI, [TextChange("whole")]) is None
    assert inference.edited(URI, [one, one]) is None
    assert inference.edited(URI, [TextChange("a\nb\nc\n", between(at(1), at(1)))]) is None
    assert inference.edited(URI, [TextChange("", between(at(1), at(9)))]) is None


def test_a_closed_document_is_forgotten() -> None:
    inference = Inference()
    inference.visible(URI, LineRange(start=1, end=2))
    inference.highlight(URI, at(1))
    inference.closed(URI)
    assert inference.cursor is None
    seen = inference.highlight(URI, at(1))
    assert seen is not None
    assert seen.viewport is None
