"""The texts that are open in the editor. Pure.

pygls' own model also breaks lines at U+2028 and others, so that positions behind them are wrong.
"""

from dataclasses import dataclass, field

from peerline.protocol.editor.base import Position, Range
from peerline_bridge.texts.inner_breaks import has_inner_break
from peerline_bridge.texts.positions import Encoding, index_of, split_lines


@dataclass(frozen=True, slots=True)
class TextChange:
    """One change of a didChange; without a range, the whole text is new."""

    text: str
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of whole lines: from row `first` on, `old` became `new`."""

    first: int
    old: list[str]
    new: list[str]

    def trimmed(self) -> "Edit":
        """The same without the lines at both ends that stayed as they were."""
        old, new = self.old, self.new
        most = min(len(old), len(new))
        start = 0
        while start < most and old[start] == new[start]:
            start += 1
        end = 0
        while end < most - start and old[-1 - end] == new[-1 - end]:
            end += 1
        return Edit(self.first + start, old[start : len(old) - end], new[start : len(new) - end])


@dataclass(slots=True)
class Document:
    """One open text."""

    uri: str
    version: int
    lines: list[str] = field(default_factory=lambda: [""])
    keeps_cr: bool = False
    r"""Whether the editor has a lone \r inside of lines."""
    has_inner_breaks: bool = False
    r"""Whether there may be such a \r."""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.lines)

    def apply(self, change: TextChange, encoding: Encoding) -> Edit:
        """Carry out one change (LSP 3.17, TextDocumentContentChangeEvent)."""
        if change.range is None:
            before = self.lines
            self.take(change.text, keeps_cr=self.keeps_cr)
            return Edit(0, before, self.lines.copy())
        if self.keeps_cr and not self.has_inner_breaks:
            self.has_inner_breaks = has_inner_break(change.text)
        if self._is_of_whole_lines(change):
            low, high = change.range.start.line, change.range.end.line
            old, new = self.lines[low:high], self._split(change.text)[:-1]
            self.lines[low:high] = new
            return Edit(low, old, new)
        first, start = self._place(change.range.start, encoding)
        last, end = self._place(change.range.end, encoding)
        last, end = max((last, end), (first, start))
        if first == last and _is_plain(change.text) and not self._follows_cr(first, start):
            # Typing: the line is not looked at again, and it may have millions of characters.
            line = self.lines[first]
            self.lines[first] = "".join((line[:start], change.text, line[end:]))
            return Edit(first, [line], [self.lines[first]])
        head = self.lines[first][:start]
        # A \r at the end of the line before may become \r\n by what is inserted here.
        if self._follows_cr(first, start):
            first -= 1
            head = self.lines[first]
        after = self.lines[last][end:]
        if "\r" in change.text or head.endswith("\r"):
            new = self._split(head + change.text + after)
            if last < len(self.lines) - 1:
                new.pop()  # `after` ends with a line's end, so the last one is empty
        else:
            # Only what was typed is looked at: what is around may have millions of characters.
            new = self._split(change.text)
            new[0] = head + new[0]
            new[-1] += after
        old = self.lines[first : last + 1]
        self.lines[first : last + 1] = new
        return Edit(first, old, new)

    def take(self, text: str, *, keeps_cr: bool) -> None:
        """Have this text instead."""
        # Where nothing but \r ends lines the editor takes it for their end (fileformat=mac).
        self.keeps_cr = keeps_cr and ("\n" in text or "\r" not in text)
        self.lines = self._split(text)
        self.has_inner_breaks = self.keeps_cr and has_inner_break(text)

    def _split(self, text: str) -> list[str]:
        return split_lines(text, keeps_cr=self.keeps_cr)

    def _is_of_whole_lines(self, change: TextChange) -> bool:
        """Whether it is plain which lines are replaced, also among lines that are the same."""
        assert change.range is not None, "checked by the caller"
        start, end = change.range.start, change.range.end
        return (
            start.character == end.character == 0
            and start.line <= end.line < len(self.lines)
            and (not change.text or change.text[-1] == "\n")
            and not (start.line > 0 and self.lines[start.line - 1].endswith("\r"))
        )

    def _follows_cr(self, row: int, index: int) -> bool:
        return not self.keeps_cr and row > 0 and index == 0 and self.lines[row - 1].endswith("\r")

    def _place(self, position: Position, encoding: Encoding) -> tuple[int, int]:
        if position.line >= len(self.lines):
            return len(self.lines) - 1, len(self.lines[-1])
        return position.line, index_of(self.lines[position.line], position.character, encoding)


def _is_plain(text: str) -> bool:
    return "\n" not in text and "\r" not in text


class Documents:
    """All open texts by URI."""

    def __init__(self, *, keeps_cr: bool = False) -> None:
        self.keeps_cr = keeps_cr
        r"""Whether the editor has a lone \r inside of lines."""
        self._open: dict[str, Document] = {}
        self.generation = 0
        """Grows whenever a text is opened or closed."""

    def open(self, uri: str, version: int, text: str) -> Document:
        """A text was opened, or opened again."""
        document = Document(uri, version)
        document.take(text, keeps_cr=self.keeps_cr)
        self._open[uri] = document
        self.generation += 1
        return document

    def get(self, uri: str) -> Document | None:
        """The open text."""
        return self._open.get(uri)

    def close(self, uri: str) -> None:
        """The text was closed."""
        self._open.pop(uri, None)
        self.generation += 1

    def all(self) -> list[Document]:
        """Every open text."""
        return list(self._open.values())
