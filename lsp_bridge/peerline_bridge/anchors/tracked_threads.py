"""The rows of the threads of one open document, while it is edited. Pure.

An edit moves the threads below it, and those in it along with their lines. A thread whose lines are
gone is outdated; it comes back when they do. New threads, and those whose lines went somewhere else
in the text, are located by their text, a few at a time.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from peerline.protocol.comments import Comment
from peerline.protocol.limits import MAX_CONTEXT_LINES
from peerline_bridge.anchors.anchor import Anchor, anchor_at, anchor_of, distinctiveness, normalise
from peerline_bridge.anchors.line_map import map_rows
from peerline_bridge.anchors.locate import Place, locate
from peerline_bridge.anchors.spans import Span, Spans
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.texts.open_texts import Document, Edit

_REWRITTEN: Final = 30
"""A line of which less is left (in percent) was replaced by another one."""
_SHORT: Final = 8
"""Shorter lines are rewritten by any change."""
_MAX_HISTORY: Final = 50
"""The number of edits that are remembered, to recognise their undoing exactly."""
_MAX_HISTORY_CHARS: Final = 20_000_000
"""In the lines of these edits together; the last one is remembered whatever its size."""
_DISTINCTIVE: Final = 0.5
"""The distinctiveness with which lines are recognised where they are pasted."""


@dataclass(slots=True)
class _Lost:
    """A thread whose lines are gone: what they were, and where that was."""

    anchor: Anchor
    near: int
    """The row at which they were taken away."""
    offset: int
    """How many lines below it they were."""
    gone: int
    """How many lines with the text of the first one went with them."""


@dataclass(frozen=True, slots=True)
class _Done:
    """An edit, and where the threads were that it touched."""

    edit: Edit
    spans: dict[str, Span]


class ThreadRows:
    """The places of one document's threads."""

    def __init__(self) -> None:
        self._anchors: dict[str, Anchor] = {}
        self._spans = Spans()
        self._lost: dict[str, _Lost | None] = {}
        """Outdated threads; None for those that were never found in this text."""
        self._waiting: deque[str] = deque()
        """The threads to be located, in order; some may be gone."""
        self._index: TextIndex | None = None
        self._history: deque[_Done] = deque(maxlen=_MAX_HISTORY)

    def __contains__(self, thread_id: str) -> bool:
        return thread_id in self._anchors

    def add(self, thread: Comment) -> None:
        """A thread that is to be located, or one with another anchor."""
        self.remove(thread.id)
        self._anchors[thread.id] = anchor_of(thread)
        self._waiting.append(thread.id)

    def put(self, thread_id: str, first: int, last: int) -> None:
        """Have a thread on these rows: they are known exactly, by its place in a shared text."""
        if thread_id in self._anchors:
            self._lost.pop(thread_id, None)
            self._spans.put(Span(thread_id, first, last))

    def lose(self, thread_id: str) -> None:
        """Have a thread outdated: its text is deleted, and what looks like it is another one."""
        if self._spans.pop(thread_id) is not None:
            self._lost.setdefault(thread_id, None)

    def remove(self, thread_id: str) -> None:
        """Forget a thread."""
        self._anchors.pop(thread_id, None)
        self._spans.pop(thread_id)
        self._lost.pop(thread_id, None)

    def place_of(self, thread_id: str) -> Place | None:
        """The thread's place; None if it is outdated, or still to be located."""
        span = self._spans.get(thread_id)
        return None if span is None else Place(span.first, span.last, span.confidence)

    def is_at(self, thread_id: str, place: Place | None) -> bool:
        """Whether the thread's place is this one; faster than to ask for it and compare."""
        span = self._spans.get(thread_id)
        if span is None or place is None:
            return span is None and place is None
        return (span.first, span.last, span.confidence) == (
            place.first,
            place.last,
            place.confidence,
        )

    def is_known(self, thread_id: str) -> bool:
        """Whether it has been looked for: it has a place or is outdated."""
        return thread_id in self._lost or self._spans.get(thread_id) is not None

    @property
    def has_waiting(self) -> bool:
        """Whether there is something to be located."""
        return bool(self._waiting)

    @property
    def has_outdated(self) -> bool:
        """Whether there is something to be looked for again when the text has changed."""
        return bool(self._lost)

    def locate_some(self, document: Document, count: int) -> list[str]:
        """Locate the next `count` of those that wait; which they were."""
        located: list[str] = []
        for _ in range(min(count, len(self._waiting))):
            thread_id = self._waiting.popleft()
            if thread_id in self._anchors and self._spans.get(thread_id) is None:
                if self._index is None:
                    self._index = TextIndex(document.lines)
                try:
                    self._locate(thread_id, self._index)
                except Exception:
                    # Wherever it is meant to be, it is not shown on a wrong line.
                    self._lost.setdefault(thread_id, None)
                    located.append(thread_id)
                    raise
                located.append(thread_id)
        return located

    def retry(self) -> None:
        """Look for everything that is outdated once more."""
        waiting = set(self._waiting)
        self._waiting.extend(thread_id for thread_id in self._lost if thread_id not in waiting)

    def follow(self, document: Document, edit: Edit) -> None:
        """Move with an edit that was made in the document."""
        edit = edit.trimmed()
        if not edit.old and not edit.new:
            return
        self._index = None
        before = self._take_back(edit)
        start, end = edit.first, edit.first + len(edit.old)
        delta = len(edit.new) - len(edit.old)
        lost_before = [thread_id for thread_id, lost in self._lost.items() if lost is not None]
        touched = self._spans.touching(start, end - 1) if edit.old else []
        around = self._spans.touching(start - 1, start) if not edit.old else []
        done = _Done(edit, {span.thread_id: replace(span) for span in touched})
        if delta:
            # Out of the way of the move, since these go their own ways.
            for span in touched:
                self._spans.pop(span.thread_id)
            self._spans.shift(end, delta)
        for span in around:
            if span.first < start <= span.last:
                self._spans.put(replace(span, last=span.last + delta))
        if touched:
            self._follow_touched(document, edit, touched)
        for thread_id in lost_before:
            self._follow_lost(thread_id, edit)
        if before is not None:
            self._restore(before)
            return
        self._remember(done)
        if lost_before and edit.new:
            self._find_again(lost_before, edit)

    # --- inside ----------------------------------------------------------------------------

    def _take_back(self, edit: Edit) -> "dict[str, Span] | None":
        """Return the rows that the last edit touched, as they were, if this edit undoes it."""
        if not self._history:
            return None
        last = self._history[-1].edit
        if (last.first, last.old, last.new) != (edit.first, edit.new, edit.old):
            return None
        return self._history.pop().spans

    def _remember(self, done: _Done) -> None:
        """Keep the edit, and no more of those before than there is room for."""
        self._history.append(done)
        room = _MAX_HISTORY_CHARS
        for kept, known in enumerate(reversed(self._history)):
            room -= _size(known.edit)
            if room < 0:
                for _ in range(len(self._history) - max(1, kept)):
                    self._history.popleft()
                break

    def _restore(self, spans: dict[str, Span]) -> None:
        for thread_id, span in spans.items():
            if thread_id in self._anchors:
                self._lost.pop(thread_id, None)
                self._spans.put(replace(span))

    def _follow_touched(self, document: Document, edit: Edit, touched: Sequence[Span]) -> None:
        start, end = edit.first, edit.first + len(edit.old)
        delta = len(edit.new) - len(edit.old)
        rows = {
            row - start
            for span in touched
            for row in range(max(span.first, start), min(span.last + 1, end))
        }
        mapped = _map_edit(edit, rows)
        for span in touched:
            kept = [
                start + mapped[row - start]
                for row in range(max(span.first, start), min(span.last + 1, end))
                if row - start in mapped
            ]
            if span.first < start:
                kept[:0] = [span.first, start - 1]
            if span.last >= end:
                kept += [end + delta, span.last + delta]
            if kept:
                self._spans.put(Span(span.thread_id, kept[0], kept[-1], span.confidence))
            else:
                self._lose(document, edit, span)

    def _lose(self, document: Document, edit: Edit, span: Span) -> None:
        self._spans.pop(span.thread_id)
        start = edit.first
        over = document.lines[max(0, start - MAX_CONTEXT_LINES) : start]
        after = start + len(edit.new)
        lines = [*over, *edit.old, *document.lines[after : after + MAX_CONTEXT_LINES]]
        at = len(over) + span.first - start
        anchor = anchor_at(lines, at, at + span.last - span.first)
        head = anchor.lines[0]
        gone = _count(edit.old, head) - _count(edit.new, head)
        self._lost[span.thread_id] = _Lost(anchor, start, span.first - start, gone)
        self._waiting.append(span.thread_id)

    def _follow_lost(self, thread_id: str, edit: Edit) -> None:
        lost = self._lost[thread_id]
        if lost is None or lost.near <= edit.first:
            return
        end = edit.first + len(edit.old)
        delta = len(edit.new) - len(edit.old)
        # A place that was taken away itself is where it was taken away.
        lost.near = lost.near + delta if lost.near >= end else edit.first

    def _find_again(self, thread_ids: Sequence[str], edit: Edit) -> None:
        """Whether lines that were taken away have come back, as by an undo or a paste."""
        new = [normalise(line) for line in edit.new]
        rows: dict[str, list[int]] = {}
        for row, line in enumerate(new):
            rows.setdefault(line, []).append(row)
        for thread_id in thread_ids:
            lost = self._lost[thread_id]
            if lost is None:
                continue
            lines = list(lost.anchor.lines)
            found = [row for row in rows.get(lines[0], ()) if new[row : row + len(lines)] == lines]
            home = lost.near + lost.offset - edit.first
            weight = sum(distinctiveness(line) for line in lines)
            if home in found or (len(found) == 1 and weight >= _DISTINCTIVE):
                first = edit.first + (home if home in found else found[0])
                del self._lost[thread_id]
                self._spans.put(Span(thread_id, first, first + lost.anchor.height - 1))

    def _locate(self, thread_id: str, index: TextIndex) -> None:
        """By the text that it had here last, or by what its author saw."""
        places: list[Place] = []
        lost = self._lost.get(thread_id)
        if lost is not None:
            if lost.anchor.occurrences is None:
                count = len(index.rows_of(lost.anchor.lines[0])) + lost.gone
                lost.anchor = replace(lost.anchor, occurrences=max(1, count))
            places += [place] if (place := locate(lost.anchor, index)) else []
        if not places or places[0].confidence < 1.0:
            places += [place] if (place := locate(self._anchors[thread_id], index)) else []
        if not places:
            self._lost.setdefault(thread_id, None)
            return
        best = max(places, key=lambda place: place.confidence)
        self._lost.pop(thread_id, None)
        self._spans.put(Span(thread_id, best.first, best.last, best.confidence))


def _map_edit(edit: Edit, rows: set[int]) -> dict[int, int]:
    """Return where the touched rows of an edit are now, counted from its first row."""
    if not edit.new:
        return {}
    if len(edit.old) == len(edit.new) == 1:
        before, after = normalise(edit.old[0]), normalise(edit.new[0])
        is_other = min(len(before), len(after)) >= _SHORT and fuzz.ratio(before, after) < _REWRITTEN
        return {} if is_other else {0: 0}
    found = {row: place for row, (place, _) in map_rows(edit.old, edit.new, rows).items()}
    if len(edit.new) == 1:
        # Lines that were joined are in what they became.
        joined = normalise(edit.new[0])
        for row in rows - found.keys():
            line = normalise(edit.old[row])
            if line and line in joined:
                found[row] = 0
    return found


def _count(lines: Sequence[str], wanted: str) -> int:
    return sum(normalise(line) == wanted for line in lines)


def _size(edit: Edit) -> int:
    return sum(map(len, edit.old)) + sum(map(len, edit.new))
