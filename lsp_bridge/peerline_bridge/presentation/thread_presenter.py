"""Shows the comment threads of the open documents, where they are in this version of each.

Locating and showing happen in slices, so that ten thousand comments on a file keep nobody waiting.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Final

from peerline.client import Replica
from peerline.protocol.comments import Comment
from peerline.protocol.editor.comments import EditorCommentChanges, EditorComments, EditorThread
from peerline.protocol.files import FileEventData
from peerline.tasks import Tasks
from peerline_bridge.anchors.anchor import anchor_of
from peerline_bridge.anchors.file_search import find_renamed
from peerline_bridge.anchors.locate import Place
from peerline_bridge.anchors.renames import Renames
from peerline_bridge.anchors.tracked_threads import ThreadRows
from peerline_bridge.guard import Guard
from peerline_bridge.presentation.closed_files import ClosedFiles
from peerline_bridge.presentation.pending_items import Waiting
from peerline_bridge.presentation.views import Views
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Places
from peerline_bridge.texts.open_texts import Document, Edit

SLICE_SECONDS: Final = 0.003
"""So long the bridge does nothing else."""
REST_SECONDS: Final = 0.01
"""Between two slices while somebody types, so that keys come before threads."""
TYPING_SECONDS: Final = 1.0
"""So long after an edit somebody still types."""
SLICE_THREADS: Final = 200
"""So many threads are shown in one message to an editor that takes changes."""
SHOW_SECONDS: Final = 0.03
MANY_THREADS: Final = 1_000
"""Where there are more, an edit that moves them is shown when the typing pauses."""
PAUSE_SECONDS: Final = 0.5
MAX_PAUSE_SECONDS: Final = 5.0
"""After which they are shown though the typing has not paused."""
RETRY_SECONDS: Final = 0.5
"""So long after the last edit outdated threads are looked for again."""
MAX_CLOSED: Final = 32
"""So many closed documents are remembered, to know what was changed while they were closed."""
SEARCH_SECONDS: Final = 5.0
"""Between two looks through the workspace for files that have gone."""

_Sent = tuple[Comment, Place | None]


@dataclass(slots=True)
class _Shown:
    """One open document and what the editor has of its threads."""

    document: Document
    rows: ThreadRows = field(default_factory=ThreadRows)
    threads: dict[str, Comment] = field(default_factory=dict[str, Comment])
    sent: dict[str, _Sent] = field(default_factory=dict[str, _Sent])
    fresh: OrderedDict[str, None] = field(default_factory=OrderedDict[str, None])
    """Threads that may have to be shown, in that order."""
    may_have_moved: bool = False
    """Whether that holds for all of them."""
    moved_since: float | None = None
    """Since when moves of many threads wait for a pause of the typing."""
    edited_at: float = float("-inf")
    is_sent: bool = False
    timer: asyncio.TimerHandle | None = None
    retry: asyncio.TimerHandle | None = None


class ThreadPresenter:
    """The threads that the editor shows, kept up to date."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        places: Places,
        *,
        show_changes: Callable[[EditorCommentChanges], None] | None = None,
        all_threads: bool = False,
        guard: Guard | None = None,
    ) -> None:
        """With `show_changes` the editor gets what has changed, else always all of a document.

        With `all_threads` it also gets resolved threads, and those of files that are not open.
        """
        self._loop = loop
        self._guard = guard or Guard()
        self._tasks = Tasks()
        self._surface = surface
        self._places = places
        self._show_changes = show_changes
        self._resolved: dict[str, Comment] = {}
        self._closed_files: ClosedFiles | None = None
        if all_threads:
            self._closed_files = ClosedFiles(
                loop, surface, places, self._threads_at, self._thread_view, self._guard
            )
        self._replica = Replica()
        self._views = Views(self._replica, places, {})
        self._open: dict[str, _Shown] = {}
        self._closed: dict[str, tuple[ThreadRows, Document]] = {}
        self._here: dict[str, str | None] = {}
        """The paths of the session's files in this workspace, as far as they were asked for."""
        self.renames = Renames(lambda file: places.uri_of(file) is not None)
        self._search: asyncio.Task[None] | None = None
        self._next_search = 0.0
        self._stop_search = Event()
        self._waiting = Waiting()

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
        self._here.clear()
        self.renames.clear()
        if self._search is not None:
            self._search.cancel()
            self._stop_search.set()
        for shown in self._open.values():
            self._stop(shown)
            self._open[shown.document.uri] = _Shown(shown.document)
            self._surface.show_comments(EditorComments(uri=shown.document.uri, threads=[]))

    def reset(self) -> None:
        """Everything may have changed."""
        for event in self._replica.file_events:
            if event.data.old_file is not None:
                self.renames.tell(event.data.old_file, event.data.file)
        self._closed.clear()
        self.look_again()

    def look_again(self) -> None:
        """Files may be under other paths than before."""
        self._here.clear()
        for shown in self._open.values():
            self._take_threads(shown)
        self._show_closed_files()
        self._search_gone()

    def show_again(self) -> None:
        """The editor has forgotten what it was shown."""
        for shown in self._open.values():
            if shown.is_sent:
                shown.sent.clear()
                shown.is_sent, shown.may_have_moved = False, True
                self._schedule(shown, now=True)

    def renamed(self, old: str, new: str) -> None:
        """A file or a folder was renamed, here or by a peer."""
        self.renames.tell(old, new)
        self.look_again()

    def file_changed(self, change: FileEventData) -> None:
        """A file in somebody's workspace changed."""
        if change.old_file is not None:
            self.renamed(change.old_file, change.file)

    def show_waiting(self, waiting: Waiting) -> None:
        """Show the comments and replies that wait to be sent, instead of those before."""
        before, self._waiting = self._waiting, waiting
        comments = waiting.comments()
        kept = {comment.id for comment in comments}
        for comment in before.comments():
            if comment.id not in kept:
                self.gone(comment)
        for comment in comments:
            self.changed(comment)
        for thread_id in before.answered() | waiting.answered():
            thread = self._replica.threads.get(thread_id)
            if thread is not None:
                self.changed(thread)

    def changed(self, thread: Comment) -> None:
        """A thread is new, or something in it has changed, except for its anchor."""
        if not thread.resolved:
            self._resolved.pop(thread.id, None)
        thread = self._waiting.over(thread)
        for shown in self._open.values():
            if self._is_in(thread, shown):
                if thread.id not in shown.threads:
                    shown.rows.add(thread)
                shown.threads[thread.id] = thread
                shown.fresh[thread.id] = None
                self._schedule(shown)
        self._show_closed_file(thread.file)
        if self._path_here(thread.file) is None:
            self._search_gone()

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
            if shown.threads.pop(thread.id, None) is not None:
                shown.rows.remove(thread.id)
                shown.fresh[thread.id] = None
                self._schedule(shown)
        self._show_closed_file(thread.file)

    # --- documents -------------------------------------------------------------------------

    def document_opened(self, document: Document) -> None:
        """Show what belongs into a document; it may have been open before, with another text."""
        before = self._open.pop(document.uri, None)
        if before is not None:
            self._remember(before)
        shown = _Shown(document)
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
        """After all changes of one notification."""
        shown = self._open[document.uri]
        shown.may_have_moved = True
        now = shown.edited_at = self._loop.time()
        if len(shown.threads) < MANY_THREADS:
            self._schedule(shown)
        else:
            self._schedule_pause(shown, now)
        if shown.rows.has_outdated:
            if shown.retry is not None:
                shown.retry.cancel()
            shown.retry = self._loop.call_later(
                RETRY_SECONDS, self._guard.wrap("locating comments", self._retry), shown
            )

    def document_closed(self, uri: str) -> None:
        """Forget what was shown in it, but not where it was."""
        shown = self._open.pop(uri, None)
        if shown is not None:
            self._remember(shown)
        path = self._places.file_of(uri)
        if path is not None and self._closed_files is not None:
            self._closed_files.request(path)

    # --- asked for -------------------------------------------------------------------------

    def path_here(self, file: str) -> str | None:
        """The path of a session's file in this workspace; None if it is not here."""
        return self._path_here(file)

    def known_rows(self, uri: str) -> ThreadRows | None:
        """The places of the threads in an open document."""
        shown = self._open.get(uri)
        return None if shown is None else shown.rows

    # --- inside ----------------------------------------------------------------------------

    def _take_over(self, uri: str) -> None:
        """A document that is open is not shown as a closed file, under whichever URI."""
        path = self._places.file_of(uri)
        if path is not None and self._closed_files is not None:
            self._closed_files.opened(path, uri)

    def _path_here(self, file: str) -> str | None:
        if file not in self._here:
            # A path that this disk cannot have is a file that is not here.
            self._here[file] = self._guard.run("finding a file", self.renames.here, file)
        return self._here[file]

    def _thread_view(self, thread: Comment, place: Place | None) -> EditorThread:
        return self._views.thread(thread, place)

    def _session_threads(self) -> list[Comment]:
        """All threads that may be shown, open ones, those that wait, and resolved ones."""
        threads = self._replica.threads
        answered = self._waiting.answered()
        resolved = (thread for thread in self._resolved.values() if thread.id not in threads)
        known = (
            self._waiting.over(thread) if thread.id in answered else thread
            for thread in (*threads.values(), *resolved)
        )
        return [*known, *self._waiting.comments()]

    def _threads_at(self, path: str) -> list[Comment]:
        """The threads of a path of this workspace, or of one that is not in it."""
        return [
            thread
            for thread in self._session_threads()
            if (self._path_here(thread.file) or thread.file) == path
        ]

    def _show_closed_file(self, file: str) -> None:
        path = self._path_here(file) or file
        if self._closed_files is not None and self._places.open_document(path) is None:
            self._closed_files.request(path)

    def _show_closed_files(self) -> None:
        if self._closed_files is not None:
            self._closed_files.request_all()
            for file in dict.fromkeys(thread.file for thread in self._session_threads()):
                self._show_closed_file(file)

    def _is_in(self, thread: Comment, shown: _Shown) -> bool:
        file = self._places.file_of(shown.document.uri)
        return file is not None and self._path_here(thread.file) == file

    def _take_threads(self, shown: _Shown) -> None:
        """Show those threads of the session that belong here, and no others."""
        threads = {
            thread.id: thread for thread in self._session_threads() if self._is_in(thread, shown)
        }
        for thread_id, thread in shown.threads.items():
            if thread_id not in threads or not _same_anchor(thread, threads[thread_id]):
                shown.rows.remove(thread_id)
        for thread in threads.values():
            if thread.id not in shown.rows:
                shown.rows.add(thread)
        shown.threads = threads
        shown.may_have_moved = True
        self._schedule(shown, now=True)

    def _schedule(self, shown: _Shown, *, now: bool = False) -> None:
        if shown.timer is None:
            delay = 0.0 if now or not shown.is_sent else SHOW_SECONDS
            shown.timer = self._loop.call_later(delay, self._work_safely, shown)

    def _schedule_pause(self, shown: _Shown, now: float) -> None:
        """Have moved threads shown when the typing pauses, or has not paused for long."""
        if shown.moved_since is None:
            if shown.timer is not None:
                return  # something is shown soon, and they with it
            shown.moved_since = now
        if shown.timer is not None:
            shown.timer.cancel()
        due = min(now + PAUSE_SECONDS, shown.moved_since + MAX_PAUSE_SECONDS)
        shown.timer = self._loop.call_at(due, self._work_safely, shown)

    def _work_safely(self, shown: _Shown) -> None:
        self._guard.run("showing comments", self._work, shown)
        if shown.timer is None and shown.rows.has_waiting:
            # What failed waits no longer; the others do.
            shown.timer = self._loop.call_later(REST_SECONDS, self._work_safely, shown)

    def _work(self, shown: _Shown) -> None:
        """Locate for a while, show what is known, go on later."""
        shown.timer = shown.moved_since = None
        now = self._loop.time()
        until = now + SLICE_SECONDS
        while shown.rows.has_waiting and self._loop.time() < until:
            shown.fresh.update(dict.fromkeys(shown.rows.locate_some(shown.document, 1)))
        is_slice = self._show_changes is not None and len(shown.fresh) >= SLICE_THREADS
        if is_slice or not shown.rows.has_waiting:
            self._show(shown, until)
        if shown.rows.has_waiting or shown.fresh:
            rest = REST_SECONDS if now - shown.edited_at < TYPING_SECONDS else 0.0
            shown.timer = self._loop.call_later(rest, self._work_safely, shown)

    def _show(self, shown: _Shown, until: float) -> None:
        """Show what the editor does not have yet; to one that takes changes, some of it."""
        if shown.may_have_moved:
            shown.may_have_moved = False
            shown.fresh.update(dict.fromkeys(shown.threads))
            gone = [item for item in shown.sent if item not in shown.threads]
            shown.fresh.update(dict.fromkeys(gone))
        if self._show_changes is None:
            if not shown.is_sent or any(self._is_new(shown, item) for item in shown.fresh):
                self._show_all(shown)
            shown.fresh.clear()
            return
        changes = self._next_changes(shown, until)
        if not shown.is_sent:
            first = EditorComments(uri=shown.document.uri, threads=changes.threads)
            self._surface.show_comments(first)
        elif changes.threads or changes.moved or changes.removed:
            self._show_changes(changes)
        shown.is_sent = True

    def _next_changes(self, shown: _Shown, until: float) -> EditorCommentChanges:
        """The next ones that the editor has otherwise, until there are enough or it is time."""
        changes = EditorCommentChanges(uri=shown.document.uri, threads=[], moved=[], removed=[])
        count = 0
        while shown.fresh and count < SLICE_THREADS:
            item, _ = shown.fresh.popitem(last=False)
            if self._is_new(shown, item):
                count += 1
                self._add_change(shown, item, changes)
            if self._loop.time() >= until:
                break
        return changes

    def _add_change(self, shown: _Shown, item: str, changes: EditorCommentChanges) -> None:
        thread = shown.threads.get(item)
        sent = shown.sent.pop(item, None)
        if thread is None:
            changes.removed.append(item)
            return
        place = shown.rows.place_of(item)
        shown.sent[item] = (thread, place)
        if sent is not None and sent[0] is thread:
            changes.moved.append(self._views.place(thread, place))
        else:
            changes.threads.append(self._views.thread(thread, place))

    def _show_all(self, shown: _Shown) -> None:
        known = [item for item in shown.threads if shown.rows.is_known(item)]
        threads = [
            self._views.thread(shown.threads[id_], shown.rows.place_of(id_)) for id_ in known
        ]
        self._note(shown, [*shown.fresh, *known])
        self._surface.show_comments(EditorComments(uri=shown.document.uri, threads=threads))
        shown.is_sent = True

    def _is_new(self, shown: _Shown, thread_id: str) -> bool:
        """Whether the editor has something else of the thread, or has it though it has gone."""
        sent = shown.sent.get(thread_id)
        thread = shown.threads.get(thread_id)
        if thread is None:
            return sent is not None
        if not shown.rows.is_known(thread_id):
            return False
        return sent is None or sent[0] is not thread or not shown.rows.is_at(thread_id, sent[1])

    def _note(self, shown: _Shown, shown_now: list[str]) -> None:
        for thread_id in shown_now:
            thread = shown.threads.get(thread_id)
            if thread is None:
                shown.sent.pop(thread_id, None)
            elif shown.rows.is_known(thread_id):
                shown.sent[thread_id] = (thread, shown.rows.place_of(thread_id))

    def _retry(self, shown: _Shown) -> None:
        shown.retry = None
        shown.rows.retry()
        self._schedule(shown)

    def _stop(self, shown: _Shown) -> None:
        for timer in (shown.timer, shown.retry):
            if timer is not None:
                timer.cancel()
        shown.timer = shown.retry = None

    def _remember(self, shown: _Shown) -> None:
        self._stop(shown)
        document = shown.document
        last = Document(document.uri, document.version, document.lines)
        self._closed[document.uri] = (shown.rows, last)
        while len(self._closed) > MAX_CLOSED:
            self._closed.pop(next(iter(self._closed)))

    def _search_gone(self) -> None:
        """Look through the workspace for files that are not under their paths, now and then."""
        if self._search is not None and not self._search.done():
            return
        gone = self._gone()
        if gone:
            self._search = self._tasks.spawn(self._find(gone), "looking for renamed files")

    def _gone(self) -> dict[str, list[Comment]]:
        gone: dict[str, list[Comment]] = {}
        for thread in self._replica.threads.values():
            if self._path_here(thread.file) is None:
                gone.setdefault(thread.file, []).append(thread)
        return gone

    async def _find(self, gone: dict[str, list[Comment]]) -> None:
        await asyncio.sleep(max(0.0, self._next_search - self._loop.time()))
        self._next_search = self._loop.time() + SEARCH_SECONDS
        anchors = {
            file: [anchor_of(thread) for thread in threads] for file, threads in gone.items()
        }
        known = frozenset(thread.file for thread in self._replica.threads.values())
        workspace = self._places.workspace
        self._stop_search = stop = Event()
        found = await asyncio.to_thread(find_renamed, workspace, anchors, known=known, stop=stop)
        if found:
            self.renames.find(found)
            self._here.clear()
            for shown in self._open.values():
                self._take_threads(shown)


def _same_anchor(one: Comment, other: Comment) -> bool:
    return one is other or (
        (one.file, one.line, one.code_snippet) == (other.file, other.line, other.code_snippet)
        and one.context_before == other.context_before
        and one.context_after == other.context_after
    )
