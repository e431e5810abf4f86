"""Shows the comment threads of the session, each in the document that it belongs to."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Final

from peerline.client import Replica
from peerline.protocol.comments import Comment, CommentReply
from peerline.protocol.editor.comments import EditorCommentChanges, EditorComments, EditorThread
from peerline.protocol.file_events import FileEventData
from peerline_bridge.anchors.locate import Place
from peerline_bridge.anchors.tracked_threads import ThreadRows
from peerline_bridge.guard import Guard
from peerline_bridge.presentation.closed_files import ClosedFiles
from peerline_bridge.presentation.document_threads import (
    DocumentThreads,
    PlaceInShared,
    SharedPlace,
)
from peerline_bridge.presentation.pending_items import PendingItems
from peerline_bridge.presentation.session_files import SessionFiles
from peerline_bridge.presentation.thread_display import ThreadDisplay
from peerline_bridge.presentation.views import Views
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Document, Edit

MAX_CLOSED: Final = 32
"""Closed documents that are remembered, to know what was changed while they were closed."""


class ThreadPresenter:
    """The threads that the editor shows, kept up to date."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        locations: Locations,
        *,
        show_changes: Callable[[EditorCommentChanges], None] | None = None,
        all_threads: bool = False,
        guard: Guard | None = None,
    ) -> None:
        """With `show_changes` the editor gets what has changed, else always all of a document.

        With `all_threads` it also gets resolved threads, and those of files that are not open.
        """
        guard = guard or Guard()
        self._surface = surface
        self._locations = locations
        self._replica = Replica()
        self._views = Views(self._replica, locations, {})
        self._resolved: dict[str, Comment] = {}
        self._pending = PendingItems()
        self.in_shared: PlaceInShared = lambda _uri, _thread: None
        """Finds a thread in a shared document."""
        self._open: dict[str, DocumentThreads] = {}
        self._closed: dict[str, tuple[ThreadRows, Document]] = {}
        self._display = ThreadDisplay(
            loop, surface, guard, views=lambda: self._views, show_changes=show_changes
        )
        self._files = SessionFiles(
            loop,
            locations,
            guard,
            threads=self._open_threads,
            on_found=self._take_all_threads,
        )
        self._closed_files: ClosedFiles | None = None
        if all_threads:
            self._closed_files = ClosedFiles(
                loop, surface, locations, self._threads_at, self._thread_view, guard
            )

    # --- the session -----------------------------------------------------------------------

    def begin(self, replica: Replica, views: Views) -> None:
        """Show the threads of this replica from now on."""
        self._replica, self._views = replica, views

    def end(self) -> None:
        """Show nothing any more."""
        self._replica = Replica()
        self._closed.clear()
        self._resolved.clear()
        if self._closed_files is not None:
            self._closed_files.clear()
        self._files.end()
        for shown in self._open.values():
            self._display.stop(shown)
            self._open[shown.uri] = DocumentThreads(shown.document, self._in_shared)
            self._surface.show_comments(EditorComments(uri=shown.uri, threads=[]))

    def reset(self) -> None:
        """Everything may have changed."""
        for event in self._replica.file_events:
            if event.data.old_file is not None:
                self._files.renamed(event.data.old_file, event.data.file)
        self._closed.clear()
        self.look_again()

    def look_again(self) -> None:
        """Files may be under other paths than before."""
        self._files.look_again()
        self._take_all_threads()
        self._show_closed_files()
        self._files.search()

    def show_again(self) -> None:
        """The editor has forgotten what it was shown."""
        for shown in self._open.values():
            if shown.is_sent:
                shown.forget_sent()
                self._display.schedule(shown, now=True)

    def renamed(self, old: str, new: str) -> None:
        """A file or a folder was renamed, here or by a peer."""
        self._files.renamed(old, new)
        self.look_again()

    def file_changed(self, change: FileEventData) -> None:
        """A file in somebody's workspace changed."""
        if change.old_file is not None:
            self.renamed(change.old_file, change.file)

    def show_pending(self, pending: PendingItems) -> None:
        """Show the comments and replies that were not sent yet, instead of those before."""
        before, self._pending = self._pending, pending
        comments = pending.comments()
        kept = {comment.id for comment in comments}
        for comment in before.comments():
            if comment.id not in kept:
                self.gone(comment)
        for comment in comments:
            self.changed(comment)
        for thread_id in before.answered() | pending.answered():
            thread = self._replica.threads.get(thread_id)
            if thread is not None:
                self.changed(thread)

    def changed(self, thread: Comment) -> None:
        """A thread is new, or something in it has changed, except for its anchor."""
        if not thread.resolved:
            self._resolved.pop(thread.id, None)
        thread = self._pending.over(thread)
        for shown in self._open.values():
            if self._is_in(thread, shown):
                shown.put(thread)
                self._display.schedule(shown)
        self._show_closed_file(thread.file)
        if self._files.path_of(thread.file) is None:
            self._files.search()

    def resolved(self, thread: Comment) -> None:
        """A thread was resolved."""
        if self._closed_files is None:
            self.gone(thread)
        else:
            self.show_resolved([thread])

    def show_resolved(self, threads: Sequence[Comment]) -> None:
        """Show resolved threads, to editors that show them."""
        for thread in threads:
            if self._closed_files is not None:
                self._resolved[thread.id] = thread
                self.changed(thread)

    def reattached(self, thread: Comment) -> None:
        """A thread has another anchor, maybe in another file."""
        self.gone(thread)
        self.changed(thread)

    def gone(self, thread: Comment) -> None:
        """A thread was deleted, or resolved for an editor that does not show such ones."""
        self._resolved.pop(thread.id, None)
        for shown in self._open.values():
            if shown.remove(thread.id):
                self._display.schedule(shown)
        self._show_closed_file(thread.file)

    # --- documents -------------------------------------------------------------------------

    def document_opened(self, document: Document) -> None:
        """Show what belongs into a document; it may have been open before, with another text."""
        before = self._open.pop(document.uri, None)
        if before is not None:
            self._remember(before)
        shown = DocumentThreads(document, self._in_shared)
        closed = self._closed.pop(document.uri, None)
        if closed is not None:
            shown.rows, text = closed
            shown.rows.follow(document, Edit(0, text.lines, document.lines.copy()))
        self._open[document.uri] = shown
        self._take_over(document.uri)
        # What was there when it was looked for may have been renamed since.
        self.look_again()

    def folders_changed(self) -> None:
        """The workspace has other folders than before."""
        for uri in self._open:
            self._take_over(uri)
        self.look_again()

    def document_edited(self, document: Document, edit: Edit) -> None:
        """Let the threads move with one change."""
        self._open[document.uri].rows.follow(document, edit)

    def document_settled(self, document: Document) -> None:
        """Show where the threads are after all changes of one notification."""
        self._display.edited(self._open[document.uri])

    def shared_text_moved(self, uri: str) -> None:
        """The text of a shared document has changed, or is known now."""
        shown = self._open.get(uri)
        if shown is not None:
            self._display.look_again_soon(shown)

    def document_closed(self, uri: str) -> None:
        """Forget what was shown in it, but not where it was."""
        shown = self._open.pop(uri, None)
        if shown is not None:
            self._remember(shown)
        path = self._locations.file_of(uri)
        if path is not None and self._closed_files is not None:
            self._closed_files.request(path)

    # --- asked for -------------------------------------------------------------------------

    def path_here(self, file: str) -> str | None:
        """The path of a session's file in this workspace; None if it is not here."""
        return self._files.path_of(file)

    def unresolved(self) -> list[Comment]:
        """The open threads of the session, with what was not sent yet."""
        return [thread for thread in self._session_threads() if not thread.resolved]

    def find(self, item_id: str) -> tuple[Comment, Comment | CommentReply] | None:
        """The comment or reply of an id, after its thread; None if there is none."""
        for thread in self._session_threads():
            if thread.id == item_id:
                return thread, thread
            for reply in thread.replies:
                if reply.id == item_id:
                    return thread, reply
        return None

    def known_rows(self, uri: str) -> ThreadRows | None:
        """The rows of the threads in an open document."""
        shown = self._open.get(uri)
        return None if shown is None else shown.rows

    # --- inside ----------------------------------------------------------------------------

    def _in_shared(self, uri: str, thread: Comment) -> SharedPlace | None:
        return self.in_shared(uri, thread)

    def _take_over(self, uri: str) -> None:
        """A document that is open is not shown as a closed file, under whichever URI."""
        path = self._locations.file_of(uri)
        if path is not None and self._closed_files is not None:
            self._closed_files.opened(path, uri)

    def _thread_view(self, thread: Comment, place: Place | None) -> EditorThread:
        return self._views.thread(thread, place)

    def _open_threads(self) -> Collection[Comment]:
        return self._replica.threads.values()

    def _session_threads(self) -> list[Comment]:
        """All threads that may be shown: open ones, resolved ones, and those not sent yet."""
        threads = self._replica.threads
        answered = self._pending.answered()
        resolved = (thread for thread in self._resolved.values() if thread.id not in threads)
        known = (
            self._pending.over(thread) if thread.id in answered else thread
            for thread in (*threads.values(), *resolved)
        )
        return [*known, *self._pending.comments()]

    def _threads_at(self, path: str) -> list[Comment]:
        """The threads of a path of this workspace, or of one that is not in it."""
        return [
            thread
            for thread in self._session_threads()
            if (self._files.path_of(thread.file) or thread.file) == path
        ]

    def _show_closed_file(self, file: str) -> None:
        path = self._files.path_of(file) or file
        if self._closed_files is not None and self._locations.open_document(path) is None:
            self._closed_files.request(path)

    def _show_closed_files(self) -> None:
        if self._closed_files is not None:
            self._closed_files.request_all()
            for file in dict.fromkeys(thread.file for thread in self._session_threads()):
                self._show_closed_file(file)

    def _is_in(self, thread: Comment, shown: DocumentThreads) -> bool:
        file = self._locations.file_of(shown.uri)
        return file is not None and self._files.path_of(thread.file) == file

    def _take_all_threads(self) -> None:
        """Show in each document those threads of the session that belong there, and no others."""
        for shown in self._open.values():
            shown.replace(
                {
                    thread.id: thread
                    for thread in self._session_threads()
                    if self._is_in(thread, shown)
                }
            )
            self._display.schedule(shown, now=True)

    def _remember(self, shown: DocumentThreads) -> None:
        self._display.stop(shown)
        document = shown.document
        last = Document(document.uri, document.version, document.lines)
        self._closed[document.uri] = (shown.rows, last)
        while len(self._closed) > MAX_CLOSED:
            self._closed.pop(next(iter(self._closed)))
