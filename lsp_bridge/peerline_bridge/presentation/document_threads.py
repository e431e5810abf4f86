"""The threads of one open document: where they are, and what the editor has of them already.

It says what to show; `thread_display` decides when, and shows it.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from peerline.protocol.comments import Comment
from peerline.protocol.editor.comments import EditorCommentChanges, EditorComments
from peerline_bridge.anchors.locate import Place
from peerline_bridge.anchors.tracked_threads import ThreadRows
from peerline_bridge.presentation.views import Views
from peerline_bridge.texts.open_texts import Document

SLICE_THREADS: Final = 200
"""Threads that are shown in one message to an editor that takes changes."""

_Sent = tuple[Comment, Place | None]


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """The place of a thread, as a shared text knows it.

    Attributes:
        rows: The rows, both inclusive; None if the text is deleted.
    """

    rows: tuple[int, int] | None


PlaceInShared = Callable[[str, Comment], SharedPlace | None]
"""The place of a thread in a document by its shared text; None where that does not know it."""


@dataclass(slots=True)
class DocumentThreads:
    """One open document and what the editor has of its threads."""

    document: Document
    in_shared: PlaceInShared
    rows: ThreadRows = field(default_factory=ThreadRows)
    threads: dict[str, Comment] = field(default_factory=dict[str, Comment])
    fresh: OrderedDict[str, None] = field(default_factory=OrderedDict[str, None])
    """Threads that may have to be shown, in that order."""
    may_have_moved: bool = False
    """Whether that holds for all of them."""
    moved_since: float | None = None
    """Since when moves of many threads wait for a pause of the typing."""
    edited_at: float = float("-inf")
    is_sent: bool = False
    """Whether the editor has any of it."""
    timer: asyncio.TimerHandle | None = None
    retry: asyncio.TimerHandle | None = None
    _sent: dict[str, _Sent] = field(default_factory=dict[str, _Sent])
    _in_shared_text: deque[str] = field(default_factory=deque[str])
    """Threads that have a place in a shared text, which is to be looked at; some may be gone."""
    _lines: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The lines of these threads when they were last looked at."""

    @property
    def uri(self) -> str:
        """The URI of the document."""
        return self.document.uri

    def put(self, thread: Comment) -> None:
        """A thread is new, or something in it has changed, except for its anchor."""
        if thread.id not in self.threads:
            self._add(thread)
        self.threads[thread.id] = thread
        self.fresh[thread.id] = None

    def remove(self, thread_id: str) -> bool:
        """Forget a thread; whether it was here."""
        if self.threads.pop(thread_id, None) is None:
            return False
        self._remove(thread_id)
        self.fresh[thread_id] = None
        return True

    def replace(self, threads: Mapping[str, Comment]) -> None:
        """Have these threads and no others."""
        for thread_id, thread in self.threads.items():
            if thread_id not in threads or not _same_anchor(thread, threads[thread_id]):
                self._remove(thread_id)
        for thread in threads.values():
            if thread.id not in self.rows:
                self._add(thread)
        self.threads = dict(threads)
        self.may_have_moved = True

    def _put(self, thread_id: str, first: int, last: int) -> None:
        """Have a thread where its place in the shared text is.

        Text that was deleted and put back by an undo is other text there: a thread whose lines are
        as they were stays with them.
        """
        before, here = self._lines.get(thread_id), self.rows.place_of(thread_id)
        found = self.document.lines[first : last + 1]
        if before is not None and here is not None and before != found:
            kept = self.document.lines[here.first : here.last + 1]
            if kept == before:
                return
        self.rows.put(thread_id, first, last)
        self._lines[thread_id] = found
        self.fresh[thread_id] = None

    def _add(self, thread: Comment) -> None:
        self.rows.add(thread)
        if thread.start is not None:
            self._in_shared_text.append(thread.id)

    def _remove(self, thread_id: str) -> None:
        self.rows.remove(thread_id)
        self._lines.pop(thread_id, None)

    def forget_sent(self) -> None:
        """The editor has none of them any more."""
        self._sent.clear()
        self.is_sent, self.may_have_moved = False, True

    @property
    def has_waiting(self) -> bool:
        """Whether there is something to be located."""
        return bool(self._in_shared_text) or self.rows.has_waiting

    @property
    def may_be_elsewhere(self) -> bool:
        """Whether there is something to be looked for again when the text has changed."""
        return self.rows.has_outdated or any(
            thread.start is not None for thread in self.threads.values()
        )

    def look_again(self) -> None:
        """Look for what is outdated, and for what has a place in a shared text, once more."""
        self.rows.retry()
        waiting = set(self._in_shared_text)
        self._in_shared_text.extend(
            thread.id
            for thread in self.threads.values()
            if thread.start is not None and thread.id not in waiting
        )

    def locate_one(self) -> None:
        """Locate the next thread: those in a shared text first, they need no search."""
        if self._in_shared_text:
            thread_id = self._in_shared_text.popleft()
            place = self._place_in_shared(thread_id)
            if place is not None and place.rows is not None:
                self._put(thread_id, *place.rows)
            return
        for thread_id in self.rows.locate_some(self.document, 1):
            self.fresh[thread_id] = None
            found = self.rows.place_of(thread_id)
            if found is not None and found.confidence < 1.0:
                place = self._place_in_shared(thread_id)
                if place is not None and place.rows is None:
                    self.rows.lose(thread_id)

    def _place_in_shared(self, thread_id: str) -> SharedPlace | None:
        thread = self.threads.get(thread_id)
        return None if thread is None else self.in_shared(self.uri, thread)

    def settle_moves(self) -> None:
        """Look at each thread if all may have moved."""
        if self.may_have_moved:
            self.may_have_moved = False
            self.fresh.update(dict.fromkeys(self.threads))
            gone = [item for item in self._sent if item not in self.threads]
            self.fresh.update(dict.fromkeys(gone))

    def has_news(self) -> bool:
        """Whether the editor has to be shown anything."""
        return not self.is_sent or any(self._is_new(item) for item in self.fresh)

    def all(self, views: Views) -> EditorComments:
        """All threads that are located; the editor has them from now on."""
        known = [item for item in self.threads if self.rows.is_known(item)]
        threads = [views.thread(self.threads[id_], self.rows.place_of(id_)) for id_ in known]
        for thread_id in [*self.fresh, *known]:
            thread = self.threads.get(thread_id)
            if thread is None:
                self._sent.pop(thread_id, None)
            elif self.rows.is_known(thread_id):
                self._sent[thread_id] = (thread, self.rows.place_of(thread_id))
        return EditorComments(uri=self.uri, threads=threads)

    def next_changes(self, views: Views, is_time: Callable[[], bool]) -> EditorCommentChanges:
        """The next ones that the editor has otherwise, until there are enough or it is time."""
        changes = EditorCommentChanges(uri=self.uri, threads=[], moved=[], removed=[])
        count = 0
        while self.fresh and count < SLICE_THREADS:
            item, _ = self.fresh.popitem(last=False)
            if self._is_new(item):
                count += 1
                self._add_change(item, changes, views)
            if is_time():
                break
        return changes

    def _add_change(self, item: str, changes: EditorCommentChanges, views: Views) -> None:
        thread = self.threads.get(item)
        sent = self._sent.pop(item, None)
        if thread is None:
            changes.removed.append(item)
            return
        place = self.rows.place_of(item)
        self._sent[item] = (thread, place)
        if sent is not None and sent[0] is thread:
            changes.moved.append(views.place(thread, place))
        else:
            changes.threads.append(views.thread(thread, place))

    def _is_new(self, thread_id: str) -> bool:
        """Whether the editor has something else of the thread, or has it though it has gone."""
        sent = self._sent.get(thread_id)
        thread = self.threads.get(thread_id)
        if thread is None:
            return sent is not None
        if not self.rows.is_known(thread_id):
            return False
        return sent is None or sent[0] is not thread or not self.rows.is_at(thread_id, sent[1])


def _same_anchor(one: Comment, other: Comment) -> bool:
    return one is other or (
        (one.file, one.line, one.code_snippet) == (other.file, other.line, other.code_snippet)
        and one.context_before == other.context_before
        and one.context_after == other.context_after
        and (one.generation, one.start, one.end) == (other.generation, other.start, other.end)
    )
