"""The authors of a text: runs of characters of one user, kept beside the text. Pure."""

from collections.abc import Iterator, Sequence

from peerline.documents.delta import Delta

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
        if not delta:
            return
        old_lengths, old_authors = self._lengths, self._authors
        first, before = 0, 0
        start = delta[0] if isinstance(delta[0], int) and delta[0] > 0 else 0
        # What is before the first change stays as it is, and that is nearly all of a long text.
        while first < len(old_lengths) and before + old_lengths[first] < start:
            before += old_lengths[first]
            first += 1
        lengths: list[int] = []
        authors: list[str] = []
        at, left = first, old_lengths[first] if first < len(old_lengths) else 0
        skipped = before
        for operation in delta:
            if isinstance(operation, str):
                _append(lengths, authors, len(operation), author)
                continue
            count = abs(operation) - skipped
            skipped = 0
            while count > 0 and at < len(old_lengths):
                taken = min(count, left)
                if operation > 0:
                    _append(lengths, authors, taken, old_authors[at])
                count -= taken
                left -= taken
                if left == 0:
                    at += 1
                    left = old_lengths[at] if at < len(old_lengths) else 0
        if left and at < len(old_lengths):
            _append(lengths, authors, left, old_authors[at])
            at += 1
        if at < len(old_lengths) and authors and authors[-1] == old_authors[at]:
            lengths[-1] += old_lengths[at]
            at += 1
        if first and authors and authors[0] == old_authors[first - 1]:
            first -= 1
            lengths[0] += old_lengths[first]
        elif first and not authors and at < len(old_authors):
            # All between two runs is gone; they may be of one author.
            if old_authors[first - 1] == old_authors[at]:
                first -= 1
                lengths, authors = [old_lengths[first] + old_lengths[at]], [old_authors[at]]
                at += 1
        old_lengths[first:at] = lengths
        old_authors[first:at] = authors


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
