"""The lines that threads are on, in order, so that an edit touches only those it concerns. Pure."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

_first = attrgetter("first")


@dataclass(slots=True)
class Span:
    """A thread's rows, both inclusive, and how sure it is that they are the right ones."""

    thread_id: str
    first: int
    last: int
    confidence: float = 1.0


class Spans:
    """All spans of one document, by thread and in the order of their first rows."""

    def __init__(self) -> None:
        self._of_thread: dict[str, Span] = {}
        self._ordered: list[Span] = []
        self._tallest = 0
        """How far a span's last row may be from its first."""

    def __len__(self) -> int:
        return len(self._ordered)

    def __iter__(self) -> Iterator[Span]:
        return iter(self._ordered)

    def get(self, thread_id: str) -> Span | None:
        """The thread's span."""
        return self._of_thread.get(thread_id)

    def put(self, span: Span) -> None:
        """Add a span, or put it in the place of the thread's other one."""
        self.pop(span.thread_id)
        self._of_thread[span.thread_id] = span
        insort(self._ordered, span, key=_first)
        self._tallest = max(self._tallest, span.last - span.first)

    def pop(self, thread_id: str) -> Span | None:
        """Take a span away."""
        span = self._of_thread.pop(thread_id, None)
        if span is not None:
            at = bisect_left(self._ordered, span.first, key=_first)
            while self._ordered[at] is not span:
                at += 1
            del self._ordered[at]
        return span

    def touching(self, first: int, last: int) -> list[Span]:
        """The spans that share a row with rows `first` to `last`."""
        at = bisect_left(self._ordered, first - self._tallest, key=_first)
        found: list[Span] = []
        while at < len(self._ordered) and self._ordered[at].first <= last:
            if self._ordered[at].last >= first:
                found.append(self._ordered[at])
            at += 1
        return found

    def shift(self, first: int, rows: int) -> None:
        """Move the spans that begin at row `first` or below it."""
        for span in self._ordered[bisect_left(self._ordered, first, key=_first) :]:
            span.first += rows
            span.last += rows
