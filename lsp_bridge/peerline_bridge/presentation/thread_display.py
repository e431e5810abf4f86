"""Locates and shows the threads of open documents in slices, with keys before threads.

Ten thousand comments on a file keep nobody waiting.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from peerline.protocol.editor.comments import EditorCommentChanges, EditorComments
from peerline_bridge.guard import Guard
from peerline_bridge.presentation.document_threads import SLICE_THREADS, DocumentThreads
from peerline_bridge.presentation.views import Views
from peerline_bridge.surface import Surface

SLICE_SECONDS: Final = 0.003
"""For which the bridge does nothing else."""
REST_SECONDS: Final = 0.01
"""Between two slices while somebody types, so that keys come before threads."""
KEYS_FIRST_SECONDS: Final = 1.0
"""After an edit for which somebody still types."""
SHOW_SECONDS: Final = 0.03
"""Until a change is shown, together with others."""
MANY_THREADS: Final = 1_000
"""With more threads, an edit that moves them is shown when the typing pauses."""
PAUSE_SECONDS: Final = 0.5
"""Without an edit until the typing pauses."""
MAX_PAUSE_SECONDS: Final = 5.0
"""After which they are shown though the typing has not paused."""
RETRY_SECONDS: Final = 0.5
"""After the last edit until outdated threads are looked for again."""


class ThreadDisplay:
    """Shows documents' threads, each when it is due.

    Args:
        views: returns the views of the current session.
        show_changes: shows what has changed; None to show always all of a document.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        guard: Guard,
        *,
        views: Callable[[], Views],
        show_changes: Callable[[EditorCommentChanges], None] | None,
    ) -> None:
        self._loop = loop
        self._surface = surface
        self._guard = guard
        self._views = views
        self._show_changes = show_changes

    def schedule(self, shown: DocumentThreads, *, now: bool = False) -> None:
        """Show soon what has changed."""
        if shown.timer is None:
            delay = 0.0 if now or not shown.is_sent else SHOW_SECONDS
            shown.timer = self._loop.call_later(delay, self._work_safely, shown)

    def edited(self, shown: DocumentThreads) -> None:
        """The document was edited: threads have moved, and outdated ones may be there again."""
        shown.may_have_moved = True
        now = shown.edited_at = self._loop.time()
        if len(shown.threads) < MANY_THREADS:
            self.schedule(shown)
        else:
            self._schedule_pause(shown, now)
        self.look_again_soon(shown)

    def look_again_soon(self, shown: DocumentThreads) -> None:
        """After a pause, look for threads that may be elsewhere now."""
        if shown.may_be_elsewhere:
            if shown.retry is not None:
                shown.retry.cancel()
            shown.retry = self._loop.call_later(
                RETRY_SECONDS, self._guard.wrap("locating comments", self._retry), shown
            )

    @staticmethod
    def stop(shown: DocumentThreads) -> None:
        """Show nothing more of a document."""
        for timer in (shown.timer, shown.retry):
            if timer is not None:
                timer.cancel()
        shown.timer = shown.retry = None

    def _schedule_pause(self, shown: DocumentThreads, now: float) -> None:
        """Have moved threads shown when the typing pauses, or has not paused for long."""
        if shown.moved_since is None:
            if shown.timer is not None:
                return  # something is shown soon, and they with it
            shown.moved_since = now
        if shown.timer is not None:
            shown.timer.cancel()
        due = min(now + PAUSE_SECONDS, shown.moved_since + MAX_PAUSE_SECONDS)
        shown.timer = self._loop.call_at(due, self._work_safely, shown)

    def _work_safely(self, shown: DocumentThreads) -> None:
        self._guard.run("showing comments", self._work, shown)
        if shown.timer is None and shown.has_waiting:
            # What failed waits no longer; the others do.
            shown.timer = self._loop.call_later(REST_SECONDS, self._work_safely, shown)

    def _work(self, shown: DocumentThreads) -> None:
        """Locate for a while, show what is known, go on later."""
        shown.timer = shown.moved_since = None
        now = self._loop.time()
        until = now + SLICE_SECONDS
        while shown.has_waiting and self._loop.time() < until:
            shown.locate_one()
        is_slice = self._show_changes is not None and len(shown.fresh) >= SLICE_THREADS
        if is_slice or not shown.has_waiting:
            self._show(shown, until)
        if shown.has_waiting or shown.fresh:
            rest = REST_SECONDS if now - shown.edited_at < KEYS_FIRST_SECONDS else 0.0
            shown.timer = self._loop.call_later(rest, self._work_safely, shown)

    def _show(self, shown: DocumentThreads, until: float) -> None:
        """Show what the editor does not have yet; to one that takes changes, some of it."""
        shown.settle_moves()
        if self._show_changes is None:
            if shown.has_news():
                self._surface.show_comments(shown.all(self._views()))
                shown.is_sent = True
            shown.fresh.clear()
            return
        changes = shown.next_changes(self._views(), lambda: self._loop.time() >= until)
        if not shown.is_sent:
            first = EditorComments(uri=shown.uri, threads=changes.threads)
            self._surface.show_comments(first)
        elif changes.threads or changes.moved or changes.removed:
            self._show_changes(changes)
        shown.is_sent = True

    def _retry(self, shown: DocumentThreads) -> None:
        shown.retry = None
        shown.look_again()
        self.schedule(shown)
