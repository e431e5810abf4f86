"""A comment in a shared document is on its line, whatever others write, or says that it is lost."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from peerline.documents.delta import Delta, replacement
from peerline.documents.ranges import range_at, range_of
from peerline.documents.shared_text import SharedText
from peerline.protocol.comments import Comment
from peerline_bridge.coediting.offsets import EditorText
from peerline_bridge.presentation.document_threads import DocumentThreads, SharedPlace
from peerline_bridge.texts.open_texts import Document, TextChange
from peerline_bridge.texts.positions import Encoding
from tests.unit.lsp_bridge.anchors.test_anchor import comment_on

COUNT = 8
URI = "file:///a.py"
_lines = st.integers(0, COUNT + 4)
_steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(("insert", "type", "look", "undo")), st.booleans(), _lines),
        st.tuples(st.sampled_from(("delete",)), st.booleans(), _lines, st.integers(1, 3)),
    ),
    max_size=15,
)


def _line(number: int) -> str:
    return f"value_{number} = compute('é', {number})\n"


class Pair:
    """An editor with a comment on each line, and somebody else who writes in the same text."""

    def __init__(self) -> None:
        text = "".join(_line(number) for number in range(COUNT))
        self.own, self.other = SharedText(1), SharedText(2)
        seed = SharedText.seeded(text)
        self.own.apply(seed)
        self.other.apply(seed)
        self._editor = EditorText(text, Encoding.UTF16)
        self.document = Document(URI, 1)
        self.document.take(text, keeps_cr=False)
        self.shown = DocumentThreads(self.document, self._in_shared)
        for number in range(COUNT):
            start = sum(len(_line(each)) for each in range(number))
            found = range_at(self.own, start, start + len(_line(number)) - 1)
            assert found is not None
            place = {"id": f"c{number}", "generation": "g", "start": found[0], "end": found[1]}
            self.shown.put(comment_on(text, number).model_copy(update=place))
        self.locate()
        self.lines = COUNT

    def _in_shared(self, uri: str, thread: Comment) -> SharedPlace | None:
        assert uri == URI
        assert thread.start is not None
        assert thread.end is not None
        found = range_of(self.own, thread.start, thread.end)
        if found is None:
            return SharedPlace(None)
        text = self.own.text
        return SharedPlace((text.count("\n", 0, found[0]), text.count("\n", 0, found[1])))

    def write(self, delta: Delta, *, is_other: bool) -> None:
        """A change of the text, by the editor's user or by the other one."""
        if not delta:
            return
        if is_other:
            self.own.apply(self.other.edit(delta))
        else:
            self.other.apply(self.own.edit(delta))
        self._show(delta)

    def undo(self, *, is_other: bool) -> None:
        """Take the last own step of one of them back."""
        one, two = (self.other, self.own) if is_other else (self.own, self.other)
        done = one.undo()
        if done is not None:
            two.apply(done[1])
            self._show(done[0])

    def _show(self, delta: Delta) -> None:
        for edit in self._editor.edits(delta):
            change = TextChange(edit.newText, edit.range)
            self.shown.rows.follow(self.document, self.document.apply(change, Encoding.UTF16))
        self._editor.change([TextChange(self.own.text)])
        assert self.document.text == self.own.text == self.other.text

    def locate(self) -> None:
        """All that the bridge does after a pause."""
        self.shown.look_again()
        while self.shown.has_waiting:
            self.shown.locate_one()


@given(_steps)
def test_a_comment_is_on_its_line_or_lost(steps: list[Any]) -> None:
    pair = Pair()
    deleted = set[int]()
    for kind, is_other, at, *rest in steps:
        lines = pair.document.lines
        row = min(at, len(lines) - 1)
        start = sum(map(len, lines[:row]))
        if kind == "insert":
            new = f"other_{pair.lines} = {pair.lines}\n"
            pair.lines += 1
            pair.write(replacement(start, 0, new), is_other=is_other)
        elif kind == "type":
            end = start + len(lines[row].rstrip("\n"))
            pair.write(replacement(end, 0, "  # x"), is_other=is_other)
        elif kind == "delete":
            gone = lines[row : row + rest[0]]
            deleted |= {n for n in range(COUNT) for line in gone if _is_of(line, n)}
            pair.write(replacement(start, sum(map(len, gone)), ""), is_other=is_other)
        elif kind == "undo":
            pair.undo(is_other=is_other)
        else:
            pair.locate()
        pair.own.end_undo_step()
        pair.other.end_undo_step()
    pair.locate()
    for number in range(COUNT):
        place = pair.shown.rows.place_of(f"c{number}")
        rows = [row for row, line in enumerate(pair.document.lines) if _is_of(line, number)]
        if place is not None:
            assert [place.first] == rows[:1], (number, place, pair.document.lines)
        else:
            assert number in deleted, (number, pair.document.lines)


def _is_of(line: str, number: int) -> bool:
    return _line(number).rstrip("\n") in line
