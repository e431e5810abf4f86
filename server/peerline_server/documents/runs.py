"""The authors of a text: runs of characters of one user, kept beside the text. Pure."""

from collections.abc import Iterator, Sequence

from peerline.documents.delta import Delta, Operation

Run = tuple[int, str]
"""A number of code points, and their author."""


class Runs:
    """The runs of one text, from its start on. Two neighbours have different authors."""

    __slots__ = ("_authors", "_lengths")

    def __init__(self, runs: Sequence[Run] = ()) -> None:
        self._lengths: list[int] = []
        self._authors: list[str] = []
        for length, author in runs:
            _append(self._lengths, self._authors, length, author)

    def __iter__(self) -> Iterator[Run]:
        return iter(zip(self._lengths, self._authors, strict=True))

    @property
    def length(self) -> int:
        """The length of the text, in code points."""
        return sum(self._lengths)

    def apply(self, delta: Delta, author: str) -> None:
        """Take over a change by a user."""
        if not delta or not self._lengths:
            self._begin(delta, author)
            return
        # What is before the first change stays as it is, and that is nearly all of a long text.
        first, skipped = self._before(delta[0])
        lengths: list[int] = []
        authors: list[str] = []
        at, left = first, self._lengths[first]
        for operation in delta:
            if isinstance(operation, str):
                _append(lengths, authors, len(operation), author)
                continue
            count, skipped = abs(operation) - skipped, 0
            while count > 0 and at < len(self._lengths):
                taken = min(count, left)
                if operation > 0:
                    _append(lengths, authors, taken, self._authors[at])
                count -= taken
                left -= taken
                if left == 0:
                    at += 1
                    left = self._lengths[at] if at < len(self._lengths) else 0
        # The rest of the run, and the next one, which may be of the same author now.
        for index in range(at, min(at + 2, len(self._lengths))):
            length = left if index == at else self._lengths[index]
            _append(lengths, authors, length, self._authors[index])
        self._lengths[first : at + 2] = lengths
        self._authors[first : at + 2] = authors

    def _begin(self, delta: Delta, author: str) -> None:
        for operation in delta:
            if isinstance(operation, str):
                _append(self._lengths, self._authors, len(operation), author)

    def _before(self, operation: Operation) -> tuple[int, int]:
        """The run at the end of what is kept first, and the length of all runs before it."""
        kept = operation if isinstance(operation, int) and operation > 0 else 0
        before = 0
        for index, length in enumerate(self._lengths):
            if before + length >= kept:
                return index, before
            before += length
        return len(self._lengths) - 1, before - self._lengths[-1]


def in_code_units(runs: Runs, text: str) -> list[Run]:
    """The runs with lengths in UTF-16 code units."""
    if text.isascii():
        return list(runs)
    found: list[Run] = []
    at = 0
    for length, author in runs:
        piece = text[at : at + length]
        at += length
        found.append((len(piece.encode("utf-16-le")) // 2, author))
    return found


def _append(lengths: list[int], authors: list[str], length: int, author: str) -> None:
    if length <= 0:
        return
    if authors and authors[-1] == author:
        lengths[-1] += length
    else:
        lengths.append(length)
        authors.append(author)
